public import Foundation
public import RenderCore

/// Everything that the engine works with: ports, values, and the sources of time and randomness.
public struct EngineParts: Sendable {
    public var configuration: Configuration
    public var catalogue: ModelCatalogue
    public var parser: any DocumentParser
    public var ledger: any Ledger
    /// The jobs that this engine may work on: the term under which it runs, and a lease for each job that it holds.
    public var held: HeldJobs
    /// Who renders, by account.
    public var providers: Providers
    public var inbox: any Inbox
    public var assets: any Assets
    public var workspace: any Workspace
    public var outbox: any Outbox
    public var spool: any ResultSpool
    public var clock: any Clock<Duration>
    public var now: @Sendable () -> Date
    /// Time since a fixed moment, by a monotonic clock.
    public var uptime: @Sendable () -> Duration
    /// The requested number of random bytes.
    public var random: @Sendable (Int) -> [UInt8]
    /// renderdrop's own version, for sidecars.
    public var version: String
    /// Digest of the configuration, for a job's row.
    public var configurationDigest: String
    /// Host and instance of this watcher.
    public var watcher: String
    /// Renews our name in the inbox's marker; throws when the inbox is no longer ours.
    public var heartbeat: @Sendable () async throws -> Void
    /// Rewrites results before they are published; nil: they are published as received.
    public var transform: (any DeliveryTransform)?
    /// Kinds of drops that are taken besides job files.
    public var furtherReaders: [any DropReader] = []
    /// Providers that are known, and of which no account is configured: jobs for their models are told so.
    public var unconfigured: [PlanningAccount] = []
    /// Times as people read them.
    public let times: LocalTime
    /// Folders in which a call has been running for at least this long; nil: they are not monitored.
    public var hanging: (@Sendable (Duration) -> [HangingFolder])?
    /// Limits how long the engine waits for a folder's answer. Real time, also where `clock` is not.
    public var folderClock: any Clock<Duration> = ContinuousClock()

    public init(
        configuration: Configuration, catalogue: ModelCatalogue, parser: any DocumentParser, ledger: any Ledger,
        held: HeldJobs, service: any RenderService, inbox: any Inbox, assets: any Assets, workspace: any Workspace,
        outbox: any Outbox, spool: any ResultSpool, clock: any Clock<Duration>, now: @escaping @Sendable () -> Date,
        uptime: @escaping @Sendable () -> Duration, random: @escaping @Sendable (Int) -> [UInt8], version: String,
        configurationDigest: String, watcher: String,
        heartbeat: @escaping @Sendable () async throws -> Void, origins: (any SubmitOrigins)? = nil,
        verify: (@Sendable () async throws -> Void)? = nil,
        hanging: (@Sendable (Duration) -> [HangingFolder])? = nil
    ) {
        self.configuration = configuration
        times = configuration.times
        self.catalogue = catalogue
        self.parser = parser
        self.ledger = ledger
        self.held = held
        providers = Providers(
            standard: ProviderSeat(
                account: configuration.provider.account, service: service, origins: origins, verify: verify))
        self.inbox = inbox
        self.assets = assets
        self.workspace = workspace
        self.outbox = outbox
        self.spool = spool
        self.clock = clock
        self.now = now
        self.uptime = uptime
        self.random = random
        self.version = version
        self.configurationDigest = configurationDigest
        self.watcher = watcher
        self.heartbeat = heartbeat
        self.hanging = hanging
    }

    /// The service of the standard account.
    public var service: any RenderService {
        get { providers.standard.service }
        set { providers.standard.service = newValue }
    }

    /// What calls the provider as earlier submits of the standard account did.
    public var origins: (any SubmitOrigins)? {
        get { providers.standard.origins }
        set { providers.standard.origins = newValue }
    }

    /// The free call that checks the key of the standard account.
    public var verify: (@Sendable () async throws -> Void)? {
        get { providers.standard.verify }
        set { providers.standard.verify = newValue }
    }

    /// Who serves a claimed render.
    ///
    /// - Throws: `Failure` with code `account_missing` where its account is not configured any more.
    func service(of plan: RenderPlan) throws(Failure) -> any RenderService {
        guard let seat = providers.seat(of: plan) else { throw .accountMissing(plan) }
        return seat.service
    }

    /// 0..<1.
    func jitter() -> Double {
        let bytes = random(2)
        guard bytes.count >= 2 else { return 0.5 }
        return Double(Int(bytes[0]) << 8 | Int(bytes[1])) / 65536
    }
}

extension EngineParts {
    /// Completes commands in texts that are written into folders.
    var advised: AdvisedCommands { configuration.folders.advised }

    var budgetZone: TimeZone { TimeZone(identifier: configuration.budget.timezone) ?? .gmt }

    var spendCaps: SpendCaps { SpendCaps(configuration.budget) }

    var providerFacts: Sidecar.Provider {
        Sidecar.Provider(name: service.provider, region: service.region, apiRoot: service.apiRoot)
    }

    var reader: DropReaders {
        DropReaders(
            parser: parser, configuration: configuration, catalogue: catalogue, further: furtherReaders,
            models: providers.all.compactMap(\.models),
            accounts: providers.planning.isEmpty ? [] : providers.planning + unconfigured)
    }

    /// The size of the largest file that any model takes, in bytes.
    var largestFile: Int {
        providers.planning.map(\.catalogue.largestFile).reduce(catalogue.largestFile, max)
    }

    /// How long a file must stay unchanged: as configured, otherwise depending on where the inbox is.
    var settleSeconds: Double { configuration.intake.settleSeconds ?? (inbox.isShare ? 5 : 2) }

    /// What an event makes of a render that this engine holds.
    ///
    /// - Throws: `IllegalEvent`; `LedgerError.notOurs`.
    func outcome(
        of render: RenderRecord, on event: RenderMachine.Event, facts: [Fact] = [], at date: Date? = nil
    ) throws -> RenderMachine.Outcome {
        try RenderMachine.step(
            of: render, on: event, under: held.lease(of: render.id.job), facts: facts, at: date ?? now())
    }

    func newJobID() -> JobID { JobID(at: now(), randomness: random(10)) }
}

extension Failure {
    /// The account of a claimed render is not configured any more.
    static func accountMissing(_ plan: RenderPlan) -> Failure {
        Failure(
            .accountMissing,
            .accountMissing(plan.route?.account ?? "", provider: plan.route?.provider ?? plan.wire.provider),
            fault: .account, retryable: true)
    }

    /// The account of a claimed render is configured for another region by now.
    static func otherRegion(_ route: Route, now region: String) -> Failure {
        Failure(.otherRegion, .claimedForOtherRegion(route.region, now: region), fault: .account, retryable: true)
    }
}
