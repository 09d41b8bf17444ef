/** The error that `body` throws; `undefined` for none. */
export async function failureOf(body: () => Promise<unknown>): Promise<Error> {
    try {
        await body()
    } catch (e) {
        return e as Error
    }
    return undefined
}
