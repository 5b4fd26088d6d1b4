import Foundation
import RenderCore
import RenderYAML
import Testing

@Suite struct HostileFileTests {
    private static let samples = ["orange-cat", "tin-robot", "many", "matrix", "broken", "paper-lighthouse"]

    /// A fixed sequence of numbers, so that a failure comes back.
    private struct Sequence {
        var state: UInt64
        mutating func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    @Test(arguments: samples)
    func `a damaged file is a diagnostic or a job, never a trap`(sample: String) throws {
        let whole = Array(try Data(contentsOf: repository.appending(path: "samples/\(sample).yaml")))
        let reader = DropReaders(parser: parser, configuration: configuration(), catalogue: catalogue)
        let odd = Array("\"'{}[]:,&*!|>%@`#-? \t\n\r0~<\\".utf8) + [0, 0x80, 0xC3, 0xFF, 0xE2]
        var numbers = Sequence(state: UInt64(whole.count))
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0...numbers.next(below: 4) {
                let place = numbers.next(below: bytes.count)
                switch numbers.next(below: 3) {
                case 0: bytes[place] = odd[numbers.next(below: odd.count)]
                case 1: bytes.insert(odd[numbers.next(below: odd.count)], at: place)
                default: bytes.remove(at: place)
                }
            }
            let reading = reader.read(jobFile: bytes)
            let outcome = reader.plan(reading, references: Pictures.jpeg("cat.jpg", 800, 600))
            #expect(outcome.plans.isEmpty == outcome.diagnostics.contains { $0.severity == .error })
            for diagnostic in outcome.diagnostics {
                #expect(!diagnostic.rendered(file: "x", text: reading.text).isEmpty && diagnostic.mark.line > 0)
            }
        }
    }

    @Test func `a file of nothing but mistakes lists the first of them`() {
        let text = (0..<40_000).map { "wrongly_named_\($0): 1\n" }.joined()
        let outcome = plan(text)
        #expect(outcome.diagnostics.count == 201)
        #expect(outcome.diagnostics.last?.message == "there are more errors than are listed here")
    }

    @Test func `a text that no model reads is refused, also before a matrix copies it`() {
        let long = String(repeating: "x", count: 70_000)
        #expect(
            plan("prompt: \(long)").diagnostics.map(\.message) == ["`prompt` is too long"]
        )
        #expect(
            plan("prompt: \(long) {a}\nmatrix: {a: [1, 2]}").diagnostics.map(\.message) == [
                "`prompt` is too long to be repeated by `matrix`"
            ])
        #expect(plan("prompt: a\nmetadata: {a: \(long)}").plans.isEmpty)
    }

    @Test func `warnings alone never hide an error behind them`() {
        let parameters = (0..<300).map { "p\($0): 1" }.joined(separator: ", ")
        let outcome = plan("prompt: a\nn: 9\nparameters: {\(parameters)}")
        #expect(outcome.plans.isEmpty)
    }

    @Test(arguments: [
        "n: 99999999999999999999999", "size: 99999999999x99999999999", "seed: 1e400", "give_up_after: 999999999d",
        "max_cost: 99999999999999999999", "not_before: 99999-01-01T00:00Z", "size: 100000x100000",
        "n: 9223372036854775807",
    ])
    func `huge figures are refused`(line: String) {
        let outcome = plan("prompt: a\n" + line)
        #expect(outcome.plans.isEmpty && outcome.diagnostics.count == 1)
    }
}
