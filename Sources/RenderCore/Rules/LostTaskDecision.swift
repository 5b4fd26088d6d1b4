public import struct Foundation.Date

/// What to do about one lost submit.
public enum LostTaskDecision: Sendable, Equatable {
    case adopt(TaskID)
    /// Ask the provider about these tasks, then decide again.
    case query([TaskID])
    /// List again, not before this time, then decide again.
    case look(again: Date, because: Waiting)
    case sendAgain
    /// A person decides; the tasks that come into question, in order of creation. New facts may still decide it.
    case ask(Question, candidates: [TaskID])

    public enum Waiting: String, Sendable, CaseIterable {
        /// None of the tasks is ours, so far.
        case nothingYet = "nothing_yet"
        /// A task that may be ours has not ended; only then its prompt can be read.
        case running
        /// Another submit of ours that may own the task is being sent.
        case sending
        /// Fewer tasks than lost submits that share them.
        case fewer
        /// We do not know the id of our own key yet.
        case ownKeyUnknown = "own_key_unknown"
        /// The provider lists a task and denies it when asked.
        case gone
        /// The list lacks a task of ours that must be in it.
        case listNotWhole = "list_not_whole"
        /// By the list, our clock is wrong.
        case clockOff = "clock_off"
    }

    /// Why only a person can decide.
    public enum Question: Sendable, CaseIterable {
        case noEcho
        case echoUnclear
        case otherBodies
        case tooMany
        case tooFew
        case ownKeyUnknown
        case undated
        case gone
        case tooOld
        case listNotWhole
        case clockOff
        case otherAccount

        /// Of a render that waits for this decision.
        public var code: LocalCode {
            switch self {
            case .noEcho: .lostNoEcho
            case .echoUnclear: .lostEchoUnclear
            case .otherBodies: .lostOtherBodies
            case .tooMany: .lostTooMany
            case .tooFew: .lostTooFew
            case .ownKeyUnknown: .lostOwnKeyUnknown
            case .undated: .lostUndated
            case .gone: .lostGone
            case .tooOld: .lostTooOld
            case .listNotWhole: .lostListNotWhole
            case .clockOff: .lostClockOff
            case .otherAccount: .lostOtherAccount
            }
        }

        /// For people; ends without a full stop.
        public var sentence: String {
            switch self {
            case .noEcho: "the provider does not say what these tasks were asked for, and others may use the account"
            case .echoUnclear: "a task has almost this prompt, but not exactly"
            case .otherBodies: "several lost renders have this prompt but differ otherwise, as in their seeds"
            case .tooMany: "more tasks fit than renders are lost"
            case .tooFew: "fewer tasks fit than renders are lost"
            case .ownKeyUnknown: "a task has this prompt, but whether it was asked for with our key is not known"
            case .undated: "a task fits, but the provider does not say when it was made"
            case .gone: "a task may fit, but the provider lists it and denies it when asked"
            case .tooOld: "it is longer ago than the provider's list goes back"
            case .listNotWhole: "the provider's list lacks other tasks of ours, so that it proves nothing"
            case .otherAccount:
                "it was sent with a key or to an address that renderdrop does not use now, so that its task is not in the list"
            case .clockOff:
                "this machine's clock is more than five minutes off the provider's, so that times prove nothing"
            }
        }
    }
}

/// Since when nothing has been found for each lost submit. It is safe to forget: the quiet period starts again.
public struct LostTaskLooks: Sendable, Equatable {
    private var nothingSince: [LostSubmit.ID: Date] = [:]

    public init() {}

    /// Notes what one complete look led to. Submits that it was not about are forgotten.
    ///
    /// - Parameter now: the time that was decided at.
    public mutating func note(_ decisions: [LostSubmit.ID: LostTaskDecision], at now: Date) {
        nothingSince = decisions.compactMapValues { $0.foundNothing ? now : nil }.merging(nothingSince) {
            // A clock that went back makes what was before it worthless.
            $1 <= now ? $1 : $0
        }.filter { decisions[$0.key]?.foundNothing == true }
    }

    func nothingSince(_ id: LostSubmit.ID, at now: Date) -> Date? {
        nothingSince[id].flatMap { $0 <= now ? $0 : nil }
    }
}

extension LostTaskDecision {
    fileprivate var foundNothing: Bool {
        if case .look(_, because: .nothingYet) = self { return true }
        return false
    }
}
