import FoundationEssentials

/// Who may call, and what each account has paid.
struct Accounts: Sendable {
    private let options: SimulatorOptions
    private var temporary: [String: (owner: SimulatorKey, expires: Date)] = [:]
    private(set) var paid: [String: PaidAccount] = [:]

    init(_ options: SimulatorOptions) { self.options = options }

    /// Whom the `Authorization` header speaks for.
    func owner(_ header: String?, now: Date) throws(Refusal) -> SimulatorKey {
        guard let header, !header.isEmpty else { throw Refusal(401, "InvalidApiKey", "No API-key provided.") }
        let refusal = Refusal(401, "InvalidApiKey", "Invalid API-key provided.")
        guard header.lowercased().hasPrefix("bearer ") else { throw refusal }
        let key = String(header.dropFirst("bearer ".count))
        if let known = options.keys[key] {
            guard known.region == options.region else { throw refusal }
            return known
        }
        if let grant = temporary[key] {
            guard now < grant.expires else { throw refusal }
            return grant.owner
        }
        let text = key.lowercased()
        let isForeign = SimulatorRegion.allCases.contains { $0 != options.region && text.contains($0.word) }
        guard options.acceptsAnyKey, key.hasPrefix("sk-"), !key.hasPrefix("sk-sp-"), key.count > 3, !isForeign else {
            throw refusal
        }
        return SimulatorKey(
            account: options.defaultAccount, region: options.region,
            apiKeyID: String(10_000 + Checksum.number(key) % 90_000))
    }

    mutating func grant(_ token: String, to owner: SimulatorKey, expires: Date) {
        temporary[token] = (owner, expires)
    }

    mutating func notesSubmit(_ account: String) {
        paid[account, default: Self.nothing(account)].submits += 1
    }

    mutating func pays(_ task: SimulatedTask, region: SimulatorRegion) {
        guard task.made > 0 else { return }
        let account = task.owner.account
        var entry = paid[account] ?? Self.nothing(account)
        if let film = task.submit.film {
            entry.films += task.made
            entry.seconds = Self.rounded(entry.seconds + film.billedSeconds)
        } else {
            entry.images += task.made
        }
        entry.cny = Self.rounded(entry.cny + task.price(region: region))
        entry.models[task.row.id, default: 0] += task.made
        paid[account] = entry
    }

    /// Prices have six decimals at most; rounding keeps sums readable.
    private static func rounded(_ sum: Double) -> Double { (sum * 1_000_000).rounded() / 1_000_000 }

    private static func nothing(_ account: String) -> PaidAccount {
        PaidAccount(account: account, submits: 0, images: 0, films: 0, seconds: 0, cny: 0, models: [:])
    }
}
