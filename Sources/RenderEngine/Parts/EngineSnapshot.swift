public import Foundation
public import RenderCore

/// How the engine stands at one moment: what the files in the folders, `status` and an API tell.
///
/// `StatusWriter` makes it, keeps it in `EngineEvents.snapshot`, and writes it beside the ledger (`watcher.json`). Lists have a limit and say
/// how many there are in all. Whoever wants to follow reads a snapshot first and then the events with higher numbers.
public struct EngineSnapshot: Sendable, Equatable, Codable {
    /// Something that holds work up.
    public struct Notice: Sendable, Equatable, Codable {
        public enum Kind: String, Sendable, Codable, CaseIterable {
            /// Nothing is submitted.
            case paused
            /// A folder or a disk cannot be used.
            case trouble
            case budget
            /// One model waits; the others go on.
            case model
            /// Renders wait because their account or region is not configured; the others go on.
            case account

            /// Whether other renders go on.
            var isPartial: Bool { self == .model || self == .account }
        }

        public var kind: Kind
        public var failure: Failure
        /// Nil where that is not known.
        public var since: Date?
        /// Which model waits, in a notice of the kind `model`.
        public var model: String?
        /// How many renders wait, in a notice of the kind `account`.
        public var renders: Int?

        public init(
            _ kind: Kind, _ failure: Failure, since: Date? = nil, model: String? = nil, renders: Int? = nil
        ) {
            self.kind = kind
            self.failure = failure
            self.since = since
            self.model = model
            self.renders = renders
        }
    }

    /// An active job, as its renders were when it last changed.
    public struct Job: Sendable, Equatable, Codable {
        public var id: JobID
        public var name: String
        /// The sub-folder of the inbox; empty: the inbox itself.
        public var folder: String
        /// Renders in each state; states without renders are left out.
        public var renders: [RenderMachine.State.Name: Int]
        /// Files: asked for, and delivered.
        public var wanted: Int
        public var delivered: Int
        /// Renders that a person must decide about.
        public var undecided: Int
        /// The price of what is in the queue; nil: nobody knows.
        public var estimate: Money?
    }

    /// Renders that wait in the queue for one reason.
    public struct Queue: Sendable, Equatable, Codable {
        public var reason: QueueReason
        /// The renders, in order.
        public var renders: [RenderID]
    }

    /// One lane's limit, and what it does with it.
    public struct Lane: Sendable, Equatable, Codable {
        public var limit: LaneLimit
        public var running: Int
        /// 0.05...1 of the limit's submit rate.
        public var speed: Double
        /// Why no submit went through at last; nil where the last one did.
        public var trouble: Failure?
    }

    /// Drops that are not taken.
    public struct Waiting: Sendable, Equatable, Codable {
        public struct Drop: Sendable, Equatable, Codable {
            /// Below the inbox.
            public var path: String
            public var reason: WaitingReason
        }

        public var counts: [WaitingReason.Kind: Int] = [:]
        /// The first by path; all of them stand in `waiting.json`.
        public var drops: [Drop] = []

        init(_ drops: [WaitingDrop] = []) {
            for drop in drops { counts[drop.kind, default: 0] += 1 }
            self.drops = drops.first(EngineSnapshot.dropsMax) { $0.path < $1.path }.map {
                Drop(path: $0.path, reason: $0.reason)
            }
        }
    }

    /// Spent or reserved of the budgets.
    public struct Budget: Sendable, Equatable, Codable {
        public struct Period: Sendable, Equatable, Codable {
            /// `2026-11-21`, `2026-11`
            public var period: String
            public var spent: [Money]
            public var reserved: [Money]
            public var cap: Money?

            var spending: Spending { Spending(spent: spent, reserved: reserved) }
        }

        public var day: Period
        public var month: Period
    }

    /// Results that are rendered and not delivered.
    public struct Results: Sendable, Equatable, Codable {
        public struct Endangered: Sendable, Equatable, Codable {
            public var job: String
            public var expires: Date
        }

        /// How many wait on this machine until the outbox is back.
        public var kept = 0
        /// Still not fetched after half of their life; the first to expire come first.
        public var endangered: [Endangered] = []
        public var endangeredCount = 0
    }

    /// So many of each list are kept.
    static let jobsMax = 200
    static let rendersMax = 2000
    static let dropsMax = 100
    static let endangeredMax = 100

    public var at: Date
    /// The number of the last event that it can know of.
    public var sequence = 0
    /// Host and instance, as `WatcherName` spells them.
    public var watcher: String
    public var isStopped: Bool
    /// What the start has shown; nil: not known yet.
    public var start: StartReport?
    public var notices: [Notice]
    /// Folders in which a call does not return.
    public var hanging: [Failure] = []
    /// Renders of active jobs in each state; nil: the ledger does not answer.
    public var counts: [RenderMachine.State.Name: Int]?
    /// Nil: the ledger does not answer.
    public var budget: Budget?
    /// Those that need a person come first, then the newest.
    public var jobs: [Job] = []
    public var jobCount = 0
    /// Names of jobs that need a decision.
    public var undecided: [String] = []
    public var queue: [Queue] = []
    public var lanes: [Lane] = []
    public var waiting = Waiting()
    public var results = Results()

    public init(at: Date, watcher: String, isStopped: Bool, notices: [Notice]) {
        self.at = at
        self.watcher = watcher
        self.isStopped = isStopped
        self.notices = notices
    }

    /// Why a render waits in the queue; nil: nothing has been said of it.
    public func reason(of render: RenderID) -> QueueReason? { queue.first { $0.renders.contains(render) }?.reason }

    /// Apart from time and number, which always differ.
    func isSame(as other: EngineSnapshot) -> Bool {
        var other = other
        (other.at, other.sequence) = (at, sequence)
        return self == other
    }
}
