/// Which jobs are dropped when: there is always some work to kill, and at the end at least as many jobs were dropped as were asked for.
struct Feed: Sendable {
    /// As many as were dropped.
    private(set) var jobs: [TortureJob] = []
    /// Jobs that have nothing more to do, as last seen.
    var atRest = 0

    private let count: Int
    private let kills: Int
    /// Of the jobs alone: how long the processes live has no say in what they are.
    private var chance: Chance
    private let make: @Sendable (Int, inout Chance) -> TortureJob

    init(_ count: Int, kills: Int, seed: UInt64, make: @escaping @Sendable (Int, inout Chance) -> TortureJob) {
        self.count = count
        self.kills = max(1, kills)
        self.make = make
        chance = Chance(seed: seed)
    }

    /// Whether more jobs are done than kills, in proportion.
    func isAhead(kills done: Int) -> Bool {
        Double(atRest) / Double(max(1, count)) > Double(done) / Double(kills)
    }

    /// Drops until some are at work, or are about to be.
    mutating func drop(into workplace: TortureWorkplace, atLeast: Int, _ ways: inout Chance) async throws {
        let wanted = atLeast + Int.random(in: 0...4, using: &ways)
        while jobs.count - atRest < wanted { try await dropOne(into: workplace, &ways) }
    }

    mutating func dropRest(into workplace: TortureWorkplace, _ ways: inout Chance) async throws {
        while jobs.count < count { try await dropOne(into: workplace, &ways) }
    }

    private mutating func dropOne(into workplace: TortureWorkplace, _ ways: inout Chance) async throws {
        let job = make(jobs.count + 1, &chance)
        jobs.append(job)
        try await workplace.drop(job, &ways)
    }
}
