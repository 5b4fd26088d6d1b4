public import Foundation
public import RenderCore

/// Everything that the engine works with: ports, values, and the sources of time and chance.
public struct EngineParts: Sendable {
    public var configuration: Configuration
    public var catalogue: ModelCatalogue
    public var parser: any DocumentParser
    public var ledger: any Ledger
    public var service: any RenderService
    public var inbox: any Inbox
    public var assets: any Assets
    public var workspace: any Workspace
    public var outbox: any Outbox
    public var depot: any Depot
    public var clock: any Clock<Duration>
    public var now: @Sendable () -> Date
    /// Since any fixed moment, by a clock that only goes forward.
    public var uptime: @Sendable () -> Duration
    /// As many random bytes as asked for.
    public var random: @Sendable (Int) -> [UInt8]
    /// renderdrop's own, for sidecars.
    public var version: String
    /// Of the configuration, for a job's row.
    public var configurationDigest: String
    /// Host and instance of this watcher.
    public var watcher: String
    /// Renews our name in the inbox's marker; throws when the inbox is no longer ours.
    public var heartbeat: @Sendable () async throws -> Void
    /// Speaks as earlier submits did; nil: accounts are not compared.
    public var origins: (any SubmitOrigins)?
    /// Folders in which a call has not returned for so long; nil: nobody watches over them.
    public var hanging: (@Sendable (Duration) -> [HangingFolder])?

    public init(
        configuration: Configuration, catalogue: ModelCatalogue, parser: any DocumentParser, ledger: any Ledger,
        service: any RenderService, inbox: any Inbox, assets: any Assets, workspace: any Workspace,
        outbox: any Outbox, depot: any Depot, clock: any Clock<Duration>, now: @escaping @Sendable () -> Date,
        uptime: @escaping @Sendable () -> Duration, random: @escaping @Sendable (Int) -> [UInt8], version: String,
        configurationDigest: String, watcher: String,
        heartbeat: @escaping @Sendable () async throws -> Void, origins: (any SubmitOrigins)? = nil,
        hanging: (@Sendable (Duration) -> [HangingFolder])? = nil
    ) {
        self.configuration = configuration
        self.catalogue = catalogue
        self.parser = parser
        self.ledger = ledger
        self.service = service
        self.inbox = inbox
        self.assets = assets
        self.workspace = workspace
        self.outbox = outbox
        self.depot = depot
        self.clock = clock
        self.now = now
        self.uptime = uptime
        self.random = random
        self.version = version
        self.configurationDigest = configurationDigest
        self.watcher = watcher
        self.heartbeat = heartbeat
        self.origins = origins
        self.hanging = hanging
    }

    /// 0..<1.
    func jitter() -> Double {
        let bytes = random(2)
        guard bytes.count >= 2 else { return 0.5 }
        return Double(Int(bytes[0]) << 8 | Int(bytes[1])) / 65536
    }
}

extension EngineParts {
    /// Of texts that are written into folders.
    var advised: AdvisedCommands { configuration.folders.advised }

    var budgetZone: TimeZone { TimeZone(identifier: configuration.budget.timezone) ?? .gmt }

    var spendCaps: SpendCaps {
        let currency = configuration.budget.currency
        return SpendCaps(
            day: configuration.budget.day.flatMap { Money(decimal: $0, currency: currency) },
            month: configuration.budget.month.flatMap { Money(decimal: $0, currency: currency) })
    }

    var providerFacts: Sidecar.Provider {
        Sidecar.Provider(name: service.provider, region: service.region, apiRoot: service.apiRoot)
    }

    var reader: JobReader { JobReader(parser: parser, configuration: configuration, catalogue: catalogue) }

    /// How long a file must stand still: as configured, else by where the inbox lies.
    var settleSeconds: Double { configuration.intake.settleSeconds ?? (inbox.isShare ? 5 : 2) }

    func newJobID() -> JobID { JobID(at: now(), randomness: random(10)) }
}
