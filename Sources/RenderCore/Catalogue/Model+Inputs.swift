extension Model {
    /// Limits for input files.
    public struct MediaLimit: Sendable, Equatable {
        /// Lower-case format names as `MediaProbe` gives them: `jpeg`, `png`, `mp4`, `wav`, …; empty: not known.
        public var formats: [String]
        public var side: ClosedRange<Int>?
        /// Width divided by height.
        public var ratio: ClosedRange<Double>?
        public var bytesMax: Int?
        public var alpha: Bool
        /// The file must have an alpha channel.
        public var needsAlpha: Bool
        /// False where `side` is advice and not a refusal.
        public var sideIsStrict: Bool
        /// How long it may play.
        public var seconds: ClosedRange<Double>?
        /// Pixels in all, as it is shown.
        public var area: ClosedRange<Int>?
        /// Frames a second of a film, on the average.
        public var pace: ClosedRange<Double>?
        /// Of a document, at most.
        public var pagesMax: Int?

        public init(
            formats: [String] = [], side: ClosedRange<Int>? = nil, ratio: ClosedRange<Double>? = nil,
            bytesMax: Int? = nil,
            alpha: Bool = true, needsAlpha: Bool = false, sideIsStrict: Bool = true,
            seconds: ClosedRange<Double>? = nil,
            area: ClosedRange<Int>? = nil, pace: ClosedRange<Double>? = nil, pagesMax: Int? = nil
        ) {
            self.formats = formats
            self.side = side
            self.ratio = ratio
            self.bytesMax = bytesMax
            self.alpha = alpha
            self.needsAlpha = needsAlpha
            self.sideIsStrict = sideIsStrict
            self.seconds = seconds
            self.area = area
            self.pace = pace
            self.pagesMax = pagesMax
        }
    }

    /// The files of one role that a model accepts.
    public struct Input: Sendable, Equatable {
        /// In a user's words: `reference_image`, `mask`, `first_frame`, `video`, …
        public var role: String
        public var kind: MediaKind
        public var count: ClosedRange<Int>
        /// Where its files stand in a request, in the provider's words; nil: the form's own place.
        public var place: MediaPlace?
        public var limit: MediaLimit
        /// Only the address of a web page is accepted, no file.
        public var isAddress: Bool
        /// The role whose file must have the same size; nil: none.
        public var sameSizeAs: String?

        public init(
            role: String, kind: MediaKind, count: ClosedRange<Int>, place: MediaPlace? = nil,
            limit: MediaLimit = MediaLimit(), isAddress: Bool = false, sameSizeAs: String? = nil
        ) {
            self.role = role
            self.kind = kind
            self.count = count
            self.place = place
            self.limit = limit
            self.isAddress = isAddress
            self.sameSizeAs = sameSizeAs
        }
    }

    /// A rule for several roles together.
    public struct InputRule: Sendable, Equatable {
        public var roles: [String]
        /// List parameters whose items count like files of `roles`.
        public var lists: [String]
        /// It holds only where files of one of these roles are given; empty: always.
        public var with: [String]
        /// Total number of files of these roles; nil: no limit.
        public var count: ClosedRange<Int>?
        /// None of these may be given together with any of `roles`.
        public var notWith: [String]
        /// One of these, files of a role or a parameter, must be given with any of `roles`.
        public var needs: [String]
        /// With any of `roles` these parameters must have these values.
        public var parameters: [String: JSONValue]
        /// Total playing time of their films and sounds; nil: no limit.
        public var seconds: ClosedRange<Double>?
        /// The film that is made counts, too.
        public var withOutput: Bool

        public init(
            roles: [String], lists: [String] = [], with: [String] = [], count: ClosedRange<Int>? = nil,
            notWith: [String] = [], needs: [String] = [],
            parameters: [String: JSONValue] = [:], seconds: ClosedRange<Double>? = nil, withOutput: Bool = false
        ) {
            self.roles = roles
            self.lists = lists
            self.with = with
            self.count = count
            self.notWith = notWith
            self.needs = needs
            self.parameters = parameters
            self.seconds = seconds
            self.withOutput = withOutput
        }
    }

    /// How files are sent to the provider.
    public enum FileWay: String, Sendable, CaseIterable {
        /// Small pictures in the body, everything else by upload.
        case within
        /// All by an upload.
        case upload
        /// Not at all: the model takes public links only.
        case link
    }
}

/// A choice between several words.
public struct ChoiceRule: Sendable, Equatable {
    public var values: [String]
    /// The provider's default if none is sent; nil: not known.
    public var standard: String?

    public init(values: [String], standard: String? = nil) {
        self.values = values
        self.standard = standard
    }
}

/// The allowed length of a film, in whole seconds.
public struct DurationRule: Sendable, Equatable {
    public var range: ClosedRange<Int>
    /// Only these; empty: each of the range.
    public var only: [Int]
    /// The provider's default if none is sent; nil: as long as an input.
    public var standard: Int?
    /// Words with a special meaning: `auto` → -1, `keep` → 0.
    public var words: [String: Int]
    /// The role of the input that sets the film's length; nil: none. Without `range` in the row the length cannot be
    /// chosen.
    public var follows: String?
    /// False: the model takes no such parameter.
    public var isSettable: Bool

    public init(
        range: ClosedRange<Int>, only: [Int] = [], standard: Int? = nil, words: [String: Int] = [:],
        follows: String? = nil, isSettable: Bool = true
    ) {
        self.range = range
        self.only = only
        self.standard = standard
        self.words = words
        self.follows = follows
        self.isSettable = isSettable
    }

    public func allows(_ seconds: Int) -> Bool {
        only.isEmpty ? range.contains(seconds) : only.contains(seconds)
    }
}
