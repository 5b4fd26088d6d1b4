/// A service in front of another one: passes on everything, also capabilities. A wrapper states only what it changes.
public protocol ForwardingService: RenderService {
    var service: any RenderService { get }
}

extension ForwardingService {
    public var provider: String { service.provider }
    public var region: String { service.region }
    public var apiRoot: String { service.apiRoot }
    public var traits: ProviderTraits { service.traits }

    /// - Throws: as the service that it stands in front of.
    public func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        try await service.prepare(plan, references: folder)
    }

    /// - Throws: as the service that it stands in front of.
    public func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        try await service.submit(request, plan: plan)
    }

    /// - Throws: as the service that it stands in front of.
    public func query(_ task: TaskID) async throws -> TaskReport { try await service.query(task) }

    /// - Throws: as the service that it stands in front of.
    public func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        try await service.download(output, from: offset, tag: tag)
    }

    public func cost(of result: RenderResult, plan: RenderPlan) -> Money? { service.cost(of: result, plan: plan) }

    public var lister: (any TaskLister)? { service.lister }
    public var canceller: (any TaskCanceller)? { service.canceller }
    public var quotaTeller: (any QuotaTeller)? { service.quotaTeller }
    public var priceTeller: (any PriceTeller)? { service.priceTeller }
    public var mediaStore: (any MediaStore)? { service.mediaStore }
}
