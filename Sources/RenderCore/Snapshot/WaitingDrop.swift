public import Foundation

/// A drop in the inbox that is not taken: where it lies, why, and the words for it.
public struct WaitingDrop: Sendable, Equatable {
    /// The folder that tells of it, below the inbox; empty: the inbox itself.
    public var folder: String
    /// Its path from there.
    public var name: String
    public var reason: WaitingReason
    /// The reason for people, on one line.
    public var text: String
    /// What a person can do about it, in paragraphs apart by an empty line; empty: nothing, or the text says it.
    public var advice: String

    /// - Parameter now: for times in the text: one in another year is written with it.
    public init(folder: String, name: String, _ reason: WaitingReason, _ times: LocalTime, at now: Date) {
        self.init(folder: folder, name: name, reason, text: "", advice: reason.advice)
        text = reason.text(about: path, times, at: now)
    }

    /// With words of the caller's.
    init(folder: String, name: String, _ reason: WaitingReason, text: String, advice: String = "") {
        self.folder = folder
        self.name = name
        self.reason = reason
        self.text = text
        self.advice = advice
    }

    public var kind: WaitingReason.Kind { reason.kind }
    /// It was taken already, as a copy, and waits for nothing.
    public var isTaken: Bool { kind == .taken }
    public var path: String { folder.isEmpty ? name : folder + "/" + name }
    /// Text and advice in one line.
    public var words: String { Self.words(text, advice: advice) }

    public static func words(_ text: String, advice: String) -> String {
        let lines = advice.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        return ([text] + lines).joined(separator: "; ").replacing(":; ", with: ": ")
    }

    /// The same, told in the folder above.
    public var raised: WaitingDrop {
        var drop = self
        drop.folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
        drop.name = (folder as NSString).lastPathComponent + "/" + name
        return drop
    }
}
