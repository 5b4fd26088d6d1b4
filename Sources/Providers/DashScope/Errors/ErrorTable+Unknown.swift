import RenderCore

extension ErrorTable {
    /// What a code means that the table does not know: by its status, nothing that costs taken for granted.
    static func unknown(code: String, status: Int?) -> ErrorRow {
        let console = "look up the code in the provider's console of {region} ({host})"
        switch status ?? 500 {
        case 401: return .account(code, meaning: "the provider does not accept this key", scope: .key, advice: console)
        case 402: return .account(code, meaning: "the provider asks for payment", advice: console)
        // Whether it is the account or the model that is refused, only the other models can tell.
        case 403: return .account(code, meaning: "the provider refuses this model", scope: .model, advice: console)
        case 408, 425, 499:
            return .provider(
                code, meaning: "the request timed out at the provider",
                acceptance: .perhaps(because: "the work may have continued"))
        case 429: return .throttled(code, meaning: "too many requests", advice: "renderdrop tries again, more slowly")
        case 400..<500:
            return .job(
                code, meaning: "the provider does not accept the request", advice: "correct what the message names")
        default: return .provider(code, meaning: "the provider had an internal error")
        }
    }
}
