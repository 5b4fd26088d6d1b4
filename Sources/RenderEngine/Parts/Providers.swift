public import RenderCore

/// One account at a provider, and what renders for it.
public struct ProviderSeat: Sendable {
    /// Its name in the configuration.
    public var account: String
    public var service: any RenderService
    /// Calls the provider as earlier submits did; nil: the keys of one account are not told apart.
    public var origins: (any SubmitOrigins)?
    /// Makes one free call, to see whether the provider accepts the key; nil: nobody asks.
    public var verify: (@Sendable () async throws -> Void)?
    /// Plans requests for the provider's models; nil: the built-in catalogue does.
    public var models: (any ModelPlanner)?
    /// Its provider's models, where a catalogue describes them; nil: the built-in one does.
    public var catalogue: ModelCatalogue?
    /// What watch.yaml says of this account; nil: the same as of the standard one.
    public var settings: Configuration.Provider?

    public init(
        account: String, service: any RenderService, origins: (any SubmitOrigins)? = nil,
        verify: (@Sendable () async throws -> Void)? = nil, models: (any ModelPlanner)? = nil,
        catalogue: ModelCatalogue? = nil, settings: Configuration.Provider? = nil
    ) {
        self.catalogue = catalogue
        self.settings = settings
        self.models = models
        self.account = account
        self.service = service
        self.origins = origins
        self.verify = verify
    }

    public var owner: Route.Owner { Route.Owner(provider: service.provider, account: account) }

    /// Where a render goes that is claimed now.
    public var route: Route {
        Route(provider: service.provider, account: account, region: service.region, root: service.apiRoot)
    }
}

/// The accounts of a run: which of them a new render goes to, and who serves one that was claimed before.
public struct Providers: Sendable {
    /// The account of plans that are older than routes, and of everything that is said of the provider as such.
    public var standard: ProviderSeat
    public private(set) var others: [ProviderSeat]
    /// Chooses among the accounts of a plan's provider, of which there is at least one; by default the first.
    public var choose: @Sendable (RenderPlan, [ProviderSeat]) -> ProviderSeat?

    public init(
        standard: ProviderSeat, others: [ProviderSeat] = [],
        choose: @escaping @Sendable (RenderPlan, [ProviderSeat]) -> ProviderSeat? = { $1.first }
    ) {
        self.standard = standard
        self.others = others
        self.choose = choose
    }

    public mutating func add(_ seat: ProviderSeat) { others.append(seat) }

    public var all: [ProviderSeat] { [standard] + others }

    /// The account that serves a claimed render; nil: it is not configured any more.
    public func seat(of plan: RenderPlan) -> ProviderSeat? {
        // Older than routes: the first account of its provider.
        guard let owner = plan.route?.owner else { return all.first { $0.service.provider == plan.wire.provider } }
        return all.first { $0.owner == owner }
    }

    /// Why a claimed render cannot be submitted: its account is not configured any more, or is configured for another region. A key
    /// and its bill belong to one region, so a claimed render keeps it. The root is only the account's address and may change.
    func obstacle(to plan: RenderPlan) -> Failure? {
        guard let seat = seat(of: plan) else { return .accountMissing(plan) }
        guard let route = plan.route, route.region != seat.service.region else { return nil }
        return .otherRegion(route, now: seat.service.region)
    }

    /// Where a render goes that is claimed now: to an account of its provider, and to the standard account if its provider has none,
    /// because a catalogue of the user's own may name any.
    public func route(for plan: RenderPlan) -> Route {
        let seats = all.filter { $0.service.provider == plan.wire.provider }
        guard let first = seats.first else { return standard.route }
        if let planned = plan.account, let seat = seats.first(where: { $0.account == planned }) { return seat.route }
        return (choose(plan, seats) ?? first).route
    }

    /// The accounts among which planning chooses; empty: none has a catalogue of its own.
    var planning: [PlanningAccount] {
        all.compactMap { seat in
            seat.catalogue.map { PlanningAccount(name: seat.account, region: seat.service.region, catalogue: $0) }
        }
    }

    mutating func replaceService(of owner: Route.Owner, _ service: any RenderService) {
        if standard.owner == owner { standard.service = service }
        for index in others.indices where others[index].owner == owner { others[index].service = service }
    }
}
