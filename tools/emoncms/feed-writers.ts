/**
 * EmonCMS's processes that write into no feed, by their names without `process__` and by their numbers. Those without a
 * number are stored by name in every version.
 */
const LEAVE_FEEDS_ALONE: readonly (readonly [name: string, number?: number])[] = [
    ["scale", 2],
    ["offset", 3],
    ["times_input", 6],
    ["add_input", 11],
    ["divide_input", 12],
    ["phaseshift", 13],
    ["subtract_input", 22],
    ["allowpositive", 24],
    ["allownegative", 25],
    ["signed2unsigned", 26],
    ["add_feed", 29],
    ["sub_feed", 30],
    ["multiply_by_feed", 31],
    ["divide_by_feed", 32],
    ["reset2zero", 33],
    ["publish_to_mqtt", 35],
    ["reset2null", 36],
    ["reset2original", 37],
    ["if_zero_skip", 42],
    ["if_not_zero_skip", 43],
    ["if_null_skip", 44],
    ["if_not_null_skip", 45],
    ["if_gt_skip", 46],
    ["if_gt_equal_skip", 47],
    ["if_lt_skip", 48],
    ["if_lt_equal_skip", 49],
    ["if_equal_skip", 50],
    ["if_not_equal_skip", 51],
    ["goto_process", 52],
    ["source_feed_data_time", 53],
    ["get_feed_data_day", 54],
    ["add_source_feed", 55],
    ["sub_source_feed", 56],
    ["multiply_by_source_feed", 57],
    ["divide_by_source_feed", 58],
    ["reciprocal_by_source_feed", 59],
    ["error_found"],
    ["max_value_allowed", 61],
    ["min_value_allowed", 62],
    ["abs_value", 63],
    ["max_input", 66],
    ["min_input", 67],
    ["max_feed", 68],
    ["min_feed", 69],
]

/** Modules of EmonCMS whose processes only look at time and value. */
const HARMLESS_MODULES = ["schedule", "eventp"]

const harmless: ReadonlySet<string> = new Set(
    LEAVE_FEEDS_ALONE.flatMap(([name, number]) => [`process__${name}`, String(number ?? name)]),
)

/**
 * Whether a process may write into the feed that an argument names.
 * @param process its name or number in a stored process list. An unknown one may come from a newer version or from another
 *   module, so it may write
 */
export function mayWriteFeeds(process: string): boolean {
    const name = process.toLowerCase()
    const [module = ""] = name.split("__")
    return !harmless.has(name) && !HARMLESS_MODULES.includes(module)
}
