import HTTPTypes
import RenderCore
import Testing

@testable import RenderHTTP

/// Waiters are plain names here: the table must return each of them exactly once.
@Suite struct TransferTableTests {
    private typealias Table = TransferTable<String, String>

    private func received(_ table: inout Table, _ id: TransferID, _ bytes: [UInt8]) -> Table.Receipt {
        bytes.withUnsafeBytes { table.receive(id, $0) }
    }

    private func started(_ table: inout Table) -> TransferID {
        let id = table.reserve()
        _ = table.start(id, "head")
        return id
    }

    @Test func `a cancelled reservation never begins`() {
        var table = Table(bufferBytesMax: 4)
        let id = table.reserve()
        #expect(table.cancel(id).head == nil)
        guard case .refuse("head", .cancelled) = table.start(id, "head") else {
            Issue.record("began")
            return
        }
        #expect(!table.wants(id))
        #expect(table.takeHeadWaiter(id) == nil)
    }

    @Test func `the first ending stands and each waiter is given out once`() {
        var table = Table(bufferBytesMax: 4)
        let id = started(&table)
        #expect(table.cancel(id).head == "head")
        #expect(table.cancel(id).head == nil)
        #expect(table.finish(id, .complete).head == nil)
        guard case .over(.cancelled) = table.read(id, "reader") else {
            Issue.record("not cancelled")
            return
        }
    }

    @Test func `a waiting reader gets the chunk itself`() {
        var table = Table(bufferBytesMax: 4)
        let id = started(&table)
        #expect(table.takeHeadWaiter(id) == "head")
        guard case .wait = table.read(id, "first"), case .wait = table.read(id, "second"),
            case .hand("first", [1]) = received(&table, id, [1]), case .hand("second", [2]) = received(&table, id, [2]),
            case .kept = received(&table, id, [3])
        else {
            Issue.record("wrong order")
            return
        }
        #expect(table.finish(id, .complete).readers.isEmpty)
        guard case .hand([3], false) = table.read(id, "third"), case .over(.complete) = table.read(id, "fourth") else {
            Issue.record("the rest was lost")
            return
        }
    }

    @Test func `a full buffer pauses until it is read`() {
        var table = Table(bufferBytesMax: 4)
        let id = started(&table)
        guard case .kept = received(&table, id, [1, 2, 3]), case .kept = received(&table, id, [4, 5]),
            case .full = received(&table, id, [6]), case .hand([1, 2, 3, 4, 5], true) = table.read(id, "a"),
            case .kept = received(&table, id, [6]), case .hand([6], false) = table.read(id, "b")
        else {
            Issue.record("no backpressure")
            return
        }
    }

    @Test func `a failure comes after what was received, a cancellation before`() {
        let error = TransportError(.truncated, "x", mayHaveArrived: true)
        var table = Table(bufferBytesMax: 4)
        let failed = started(&table)
        let cancelled = started(&table)
        _ = received(&table, failed, [1])
        _ = received(&table, cancelled, [1])
        _ = table.finish(failed, .failed(error))
        _ = table.cancel(cancelled)
        guard case .hand([1], false) = table.read(failed, "a"), case .over(.failed(error)) = table.read(failed, "b"),
            case .over(.cancelled) = table.read(cancelled, "c"), case .unwanted = received(&table, failed, [2])
        else {
            Issue.record("wrong ending")
            return
        }
    }

    @Test func `forgetting and closing give every waiter back`() {
        let error = TransportError(.other, "closed", mayHaveArrived: false)
        var table = Table(bufferBytesMax: 4)
        let waiting = started(&table)
        let reading = started(&table)
        _ = table.takeHeadWaiter(reading)
        _ = table.read(reading, "reader")
        let forgotten = started(&table)
        let dropped = table.forget(forgotten)
        #expect(dropped.head == "head")
        let waiters = table.close(error)
        #expect(waiters.compactMap(\.head) == ["head"])
        #expect(waiters.flatMap(\.readers) == ["reader"])
        #expect(!table.wants(waiting))
        guard case .refuse("late", .failed(error)) = table.start(table.reserve(), "late") else {
            Issue.record("began after the end")
            return
        }
    }
}

@Suite struct HostQueueTests {
    private let ids = (0..<5).map { TransferID(number: UInt64($0)) }

    @Test func `places are given in turn, host by host`() {
        var queue = HostQueue(activeMax: 2)
        let entered = [(0, "a"), (1, "a"), (2, "a"), (3, "a"), (4, "b")].map { queue.enter(ids[$0.0], host: $0.1) }
        #expect(entered == [true, true, false, false, true])
        let withdrawn = [2, 0].map { queue.withdraw(ids[$0], host: "a") }
        #expect(withdrawn == [true, false])
        let next = (0..<3).map { _ in queue.leave(host: "a") }
        #expect(next == [ids[3], nil, nil])
        let again = queue.enter(ids[0], host: "a")
        #expect(again)
    }
}

@Suite struct HeadParserTests {
    private func parsed(_ lines: [String]) -> HTTPHead? {
        var parser = HeadParser()
        for line in lines { Array(line.utf8).withUnsafeBytes { _ = parser.take($0) } }
        return parser.head
    }

    @Test func `the last final head counts`() {
        let head = parsed([
            "HTTP/1.1 100 Continue\r\n", "A: 1\r\n", "\r\n", "HTTP/2 404 \r\n", "b:2\r\n", "\r\n", "C: 3\r\n",
        ])
        #expect(head?.status == 404)
        #expect(head?.version == "2")
        #expect(head?.headers.map(\.description) == ["b: 2"])
    }

    @Test(arguments: [
        ["\r\n"], ["HTTP/\r\n", "\r\n"], ["HTTP/1.1 abc\r\n", "\r\n"],
        [" folded first\r\n", "no colon\r\n", ": x\r\n", "\r\n"],
    ]) func `nonsense is no head`(lines: [String]) {
        #expect(parsed(lines) == nil)
    }
}

@Suite struct CurlDurationTests {
    @Test(arguments: [
        (Duration.zero, 1), (.nanoseconds(1), 1), (.milliseconds(1500), 1500), (.microseconds(1500), 2),
        (.seconds(Int64.max), Int(Int32.max)), (.seconds(-5), 1),
    ]) func `no bound becomes libcurl's "no bound at all"`(duration: Duration, milliseconds: Int) {
        #expect(duration.curlMilliseconds == milliseconds)
    }
}
