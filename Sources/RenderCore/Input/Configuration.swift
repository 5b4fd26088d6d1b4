import Foundation

/// `watch.yaml` as a value, with every default. Paths are absolute.
public struct Configuration: Sendable, Equatable, Codable {
    public struct Folders: Sendable, Equatable, Codable {
        public var inbox: String
        public var working: String
        public var outbox: String
        public var archive: String
        public var failed: String
        public var assets: [String]
        /// Ledger and lock; on a local disk.
        public var state: String
        /// The command that makes what is missing of these folders, as it is typed; advice names it.
        public var initCommand = "renderdrop init"
        /// How other commands that advice names find this workspace.
        public var advised = AdvisedCommands()

        /// The role and path of each folder are stored; the command is only for messages.
        private enum CodingKeys: String, CodingKey { case inbox, working, outbox, archive, failed, assets, state }

        /// The workspace's standard layout below `root`.
        public init(root: String) {
            inbox = root + "/inbox"
            working = root + "/working"
            outbox = root + "/outbox"
            archive = root + "/archive"
            failed = root + "/failed"
            assets = [root + "/assets"]
            state = root + "/.renderdrop"
        }

        /// The standard layout, but for the folders that flags have named.
        public init(root: String, like other: Folders) {
            self = other
            assets = Folders(root: root).assets
        }
    }

    public struct Provider: Sendable, Equatable, Codable {
        public var region = "beijing"
        /// Includes `/api/v1`; nil: the region's host.
        public var baseURL: String?
        public var workspace: String?
        /// Which kind of server answers there, of those that the provider has; nil: it is found out.
        public var dialect: String?
        /// The account's name in ledger and sidecars.
        public var account = "default"
        /// Where the key is read when no environment variable has it: a file of one line.
        public var keyFile: String?
        /// Hosts from which results may come, besides the provider's own; `*.example.com` takes sub-domains.
        public var resultHosts: [String] = []
        /// Only this watcher sends renders on the account: a lost task may then be adopted if it is the only one that
        /// matches.
        public var accountExclusive = false
        public var lostAnswer = LostAnswerRule.ask
        /// If a request's task is missing from the provider's list for this long, the request never arrived.
        public var quietPeriodSeconds: Double = 120

        public init() {}
    }

    /// One account of `accounts:`.
    public struct Account: Sendable, Equatable, Codable {
        /// Unique in the file.
        public var name: String
        /// `dashscope`
        public var provider: String
        public var settings = Provider()
        /// The environment variable that holds its key; nil: the provider's usual ones.
        public var keyVariable: String?
        /// In which it is billed, where the provider's answers do not say it; nil: the provider's usual one.
        public var currency: String?
        /// The file names its region.
        public var saysRegion = false

        public init(name: String, provider: String) {
            self.name = name
            self.provider = provider
            settings.account = name
        }
    }

    /// What to do with a submit whose answer was lost if the provider cannot be asked about it.
    public enum LostAnswerRule: String, Sendable, Codable, CaseIterable {
        /// A person decides.
        case ask
        /// It is sent again, and may be billed twice.
        case resend
    }

    /// What to do with a drop that cannot be moved out of its folder.
    public enum Unmovable: String, Sendable, Codable, CaseIterable {
        /// It waits, with its reason, until it can be moved.
        case wait
        /// The drop is copied, rendered once and left in place. It is never picked up again unless its content changes.
        case copy
    }

    /// When renders may be submitted, in minutes of the day. The period passes midnight if `closes` is not after
    /// `opens`.
    public struct Hours: Sendable, Equatable, Codable {
        public var opens: Int
        public var closes: Int
        /// An IANA name: `Europe/Berlin`.
        public var timezone: String

        public init(opens: Int, closes: Int, timezone: String) {
            self.opens = opens
            self.closes = closes
            self.timezone = timezone
        }

        /// - Parameter minute: of the day, in `timezone`.
        public func isOpen(atMinute minute: Int) -> Bool {
            opens < closes ? opens <= minute && minute < closes : minute >= opens || minute < closes
        }
    }

    public struct Models: Sendable, Equatable, Codable {
        public var textToImage = "qwen-image-3.0"
        public var imageEdit = "qwen-image-3.0"
        /// For films, by the kind's word. None is set unasked: a film costs many times as much as a picture.
        public var films: [String: String] = [:]
        /// A file of rows that add to or replace the built-in catalogue.
        public var catalogue: String?

        public init() {}

        /// What makes a kind where a job names no model.
        public func standard(for kind: JobKind) -> String? {
            switch kind {
            case .textToImage: textToImage
            case .imageEdit: imageEdit
            default: films[kind.rawValue]
            }
        }
    }

    public struct Intake: Sendable, Equatable, Codable {
        /// How long size and time must stay unchanged; nil: 2 s locally, 5 s on shares.
        public var settleSeconds: Double?
        public var waitForReferencesSeconds: Double = 600
        /// Longest time between two full listings; nil: 30 s if events arrive, otherwise 2 s.
        public var scanSeconds: Double?
        /// Globs on the name; what matches is ignored.
        public var ignore: [String] = []
        public var unmovable = Unmovable.wait
        /// Job files that a sync program's name marks as conflict copies are taken like any other.
        public var takeConflicts = false

        public init() {}
    }

    public struct Budget: Sendable, Equatable, Codable {
        /// Decimal amounts in `currency`.
        public var day: String?
        public var month: String?
        public var currency = "CNY"
        public var timezone = "UTC"
        /// To compare prices in other currencies; nil: they are not compared.
        public var rates: ExchangeRates?

        public init() {}
    }

    public struct Delivery: Sendable, Equatable, Codable {
        /// Octal; nil: 0664 and 2775.
        public var fileMode: Int?
        public var folderMode: Int?
        /// A group's name; nil: the parent folder's.
        public var group: String?
        public var outputName: String?

        public init() {}
    }

    public struct Limits: Sendable, Equatable, Codable {
        /// Synchronous calls at once, in all.
        public var syncCalls = 4
        public var downloads = 4
        /// Queries, lists and cancels a second, of the provider's 20.
        public var requestsPerSecond: Double = 15
        /// How often a task that failed for the provider's reasons is sent again.
        public var attempts = 3
        public var rendersPerJob = 500
        public var stopGraceSeconds: Double = 30
        /// `run` ends with code 5 when the provider was out of reach this long.
        public var unreachableSeconds: Double = 600
        /// Nothing paid is started with less free, and room for what is at work, where results go; zero: never asked.
        public var diskReserveBytes = 512_000_000

        public init() {}
    }

    public var folders: Folders
    /// The only account, where there are no `accounts`.
    public var provider = Provider()
    /// In the order of the file; empty: `provider` and the environment say who renders.
    public var accounts: [Account] = []
    public var models = Models()
    public var intake = Intake()
    /// Nil: at any time.
    public var hours: Hours?
    public var budget = Budget()
    public var delivery = Delivery()
    public var limits = Limits()
    /// The zone in which people read times: `timezone` of watch.yaml; nil: it names none, and the machine's counts.
    public var shownTimezone: String?

    /// Times as people read them.
    public var times: LocalTime {
        LocalTime(shownTimezone.flatMap { TimeZone(identifier: $0) } ?? .current)
    }

    public init(root: String) {
        folders = Folders(root: root)
    }
}
