extension PaceScenario {
    /// 300 jobs of 3 to 7 s at a quota of 5 a second and 5 running, where the provider lets further ones wait.
    public static let queues = PaceScenario(
        "provider queues", jobs: 300, runs: 3...7, places: 5, submitsPerSecond: 5)

    /// The same where it refuses more than 5 running.
    public static let refuses: PaceScenario = {
        var scenario = queues
        scenario.name = "provider refuses"
        scenario.refuses = true
        return scenario
    }()

    /// The same where its quota does not say so: the first refusal tells.
    public static let refusesUnsaid: PaceScenario = {
        var scenario = refuses
        scenario.name = "provider refuses, unsaid"
        scenario.saysRefuses = false
        return scenario
    }()

    /// 300 jobs at one a second, whose uploads and flushes take up to half a second, and some half as long on their way.
    public static let uneven: PaceScenario = {
        var scenario = PaceScenario("one a second, uneven", jobs: 300, runs: 3...7, places: 50, submitsPerSecond: 1)
        scenario.readying = 0.01...0.5
        scenario.trip = 0.03...0.25
        return scenario
    }()

    /// 2,000 tasks in flight that take 250 s ± 20 %, so that 8 end in a second; the list lags by up to 2 s.
    public static let many: PaceScenario = {
        var scenario = PaceScenario("2,000 in flight", jobs: 6400, runs: 200...300, places: nil, submitsPerSecond: 50)
        scenario.arrivals = 8
        scenario.lag = 0...2
        scenario.warmUp = 320
        return scenario
    }()

    /// The same where the provider's list cannot leave out tasks that have not ended.
    public static let manyUnfiltered: PaceScenario = {
        var scenario = many
        scenario.name = "2,000 in flight, whole list"
        scenario.listsByStage = false
        return scenario
    }()

    /// 2,000 tasks that wait at the provider behind one another, 40 at work: 8 end in a second, in order.
    public static let line: PaceScenario = {
        var scenario = PaceScenario("2,000 in a line", jobs: 2000, runs: 4...6, places: 40, submitsPerSecond: 50)
        scenario.lag = 0...2
        return scenario
    }()

    public static let some = PaceScenario("one at a time", jobs: 40, runs: 15...25, places: 1, submitsPerSecond: 1)

    public static let all = [queues, refuses, refusesUnsaid, uneven, many, manyUnfiltered, line, some]

    /// A million renders a day, spread evenly over the accounts: pictures of 25 s ± 20 %, the list lags by up to 2 s.
    public static func million(accounts: Int) -> PaceScenario {
        let rate = 1_000_000 / 86_400.0 / Double(max(1, accounts))
        var scenario = PaceScenario(
            "a million a day, \(accounts) account\(accounts == 1 ? "" : "s")", jobs: max(100, Int(rate * 600)),
            runs: 20...30, places: nil, submitsPerSecond: 50)
        scenario.arrivals = rate
        scenario.lag = 0...2
        scenario.warmUp = 60
        return scenario
    }

    /// As many as one account's queries allow, and more.
    public static func pressed(perSecond: Double) -> PaceScenario {
        var scenario = million(accounts: 1)
        scenario.name = "\(perSecond) a second, 1 account"
        scenario.arrivals = perSecond
        scenario.jobs = Int(perSecond * 600)
        return scenario
    }
}
