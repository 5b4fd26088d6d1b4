import RenderCore

/// One value for each account of a run.
struct PerAccount<Value: Sendable>: Sendable {
    /// The first is the standard account's.
    let all: [Value]
    private let places: [Route.Owner: Int]

    init(_ providers: Providers, _ make: (ProviderSeat) -> Value) {
        var all: [Value] = []
        var places: [Route.Owner: Int] = [:]
        for seat in providers.all where places[seat.owner] == nil {
            places[seat.owner] = all.count
            all.append(make(seat))
        }
        self.all = all
        self.places = places
    }

    /// Makes the value of a run with one account.
    init(_ only: Value) { self.init(all: [only], places: [:]) }

    private init(all: [Value], places: [Route.Owner: Int]) {
        self.all = all
        self.places = places
    }

    var standard: Value { all[0] }

    /// The value of a plan's account; the standard one's if it is not configured any more.
    subscript(plan: RenderPlan) -> Value { all[plan.route.flatMap { places[$0.owner] } ?? 0] }

    func map<Other: Sendable>(_ change: (Value) -> Other) -> PerAccount<Other> {
        PerAccount<Other>(all: all.map(change), places: places)
    }

    /// Makes one value of each account's two.
    func with<Second: Sendable, Other: Sendable>(
        _ second: PerAccount<Second>, _ make: (Value, Second) -> Other
    ) -> PerAccount<Other> {
        PerAccount<Other>(all: zip(all, second.all).map(make), places: places)
    }

    /// Does something for all accounts beside each other, until all have done it.
    func each(_ work: @escaping @Sendable (Value) async -> Void) async {
        await withDiscardingTaskGroup { group in for value in all { group.addTask { await work(value) } } }
    }

    var isSingle: Bool { all.count == 1 }
}
