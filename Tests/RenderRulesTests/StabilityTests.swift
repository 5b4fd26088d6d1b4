import Foundation
import RenderCore
import Testing

@Suite struct StabilityTests {
    private static func entry(
        _ path: String = "cat.yaml", bytes: Int = 10, modified: Double = 1_000, inode: UInt64 = 7, whole: Bool = false,
        open: Bool? = nil, kind: InboxEntry.Kind = .file
    ) -> InboxEntry {
        InboxEntry(
            path: path, kind: kind, bytes: bytes, modifiedAt: Date(timeIntervalSince1970: modified), inode: inode,
            device: 1, arrivedWhole: whole, openForWriting: open)
    }

    /// One look after another at one file, and the verdict of the last.
    private static func verdict(_ looks: [(Double, InboxEntry)]) -> Stability.Verdict? {
        var stability = Stability(settle: .seconds(2))
        return looks.map { stability.look(at: [$0.1], now: .seconds($0.0)) }.last?.first
    }

    @Test func `a file that stands still for the time is whole`() {
        #expect(Self.verdict([(0, Self.entry())]) == .growing(.seconds(2)))
        #expect(Self.verdict([(0, Self.entry()), (1.5, Self.entry())]) == .growing(.seconds(0.5)))
        #expect(Self.verdict([(0, Self.entry()), (2, Self.entry())]) == .whole)
    }

    @Test(arguments: [
        entry(bytes: 11), entry(modified: 1_001), entry(modified: 999), entry(inode: 8), entry(kind: .folder),
    ])
    func `any change begins the wait anew`(changed: InboxEntry) {
        #expect(Self.verdict([(0, Self.entry()), (1.9, changed), (3.8, changed)]) == .growing(.seconds(0.1)))
        #expect(Self.verdict([(0, Self.entry()), (1.9, changed), (3.9, changed)]) == .whole)
    }

    @Test func `a file that was renamed in is whole at once`() {
        #expect(Self.verdict([(0, Self.entry(whole: true))]) == .whole)
    }

    @Test func `an empty file that was renamed in may still be filled`() {
        let empty = Self.entry(bytes: 0, whole: true)
        #expect(Self.verdict([(0, empty)]) == .growing(.seconds(30)))
        #expect(Self.verdict([(0, empty), (29, Self.entry(whole: true))]) == .whole)
    }

    @Test func `while somebody has it open it is not whole, however long`() {
        #expect(Self.verdict([(0, Self.entry(open: true)), (900, Self.entry(open: true))]) == .open)
        #expect(Self.verdict([(0, Self.entry(whole: true, open: true))]) == .open)
    }

    @Test func `after it was closed the wait begins`() {
        let looks = [(0.0, Self.entry(open: true)), (900.0, Self.entry(open: true)), (900.5, Self.entry(open: false))]
        #expect(Self.verdict(looks) == .growing(.seconds(1.5)))
        #expect(Self.verdict(looks + [(902.5, Self.entry(open: false))]) == .whole)
    }

    @Test func `that nobody has it open does not shorten the wait`() {
        #expect(Self.verdict([(0, Self.entry(open: false))]) == .growing(.seconds(2)))
    }

    @Test func `an empty file is waited for longer`() {
        let empty = Self.entry(bytes: 0)
        #expect(Self.verdict([(0, empty), (29, empty)]) == .growing(.seconds(1)))
        #expect(Self.verdict([(0, empty), (30, empty)]) == .whole)
        #expect(Self.verdict([(0, empty), (29, Self.entry()), (31, Self.entry())]) == .whole)
    }

    @Test(arguments: [4_000_000_000.0, 0, -5])
    func `the file's own time is never compared with a clock`(modified: Double) {
        let entry = Self.entry(modified: modified)
        #expect(Self.verdict([(0, entry)]) == .growing(.seconds(2)))
        #expect(Self.verdict([(0, entry), (2, entry)]) == .whole)
    }

    @Test func `a clock that goes back begins the wait anew`() {
        let looks = [(100.0, Self.entry()), (10.0, Self.entry())]
        #expect(Self.verdict(looks) == .growing(.seconds(2)))
        #expect(Self.verdict(looks + [(12, Self.entry())]) == .whole)
    }

    @Test func `what left is forgotten`() {
        var stability = Stability(settle: .seconds(2))
        _ = stability.look(at: [Self.entry()], now: .zero)
        _ = stability.look(at: [], now: .seconds(1))
        #expect(stability.look(at: [Self.entry()], now: .seconds(2)) == [.growing(.seconds(2))])
    }

    @Test func `two spellings of one name are two files`() {
        var stability = Stability(settle: .seconds(2))
        let both = [Self.entry("caf\u{E9}.yaml", inode: 1), Self.entry("cafe\u{301}.yaml", inode: 2)]
        _ = stability.look(at: both, now: .zero)
        #expect(stability.look(at: both, now: .seconds(2)) == [.whole, .whole])
    }
}
