/** What `body` throws; `undefined` when it does not. */
export async function failureOf(body: () => Promise<unknown>): Promise<Error> {
    try {
        await body()
    } catch (e) {
        return e as Error
    }
    return undefined
}
