import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Seeds as ranges, and the way from too many pictures at once to seeds.
@Suite struct SeedTests {
    @Test(arguments: [
        ("1-20", Array(1...20)), ("[1-5, 9]", [1, 2, 3, 4, 5, 9]), ("7", [7]), ("-1", [-1]), ("3-3", [3]),
        ("1 - 3", [1, 2, 3]), ("1..3", [1, 2, 3]), ("[-1, 4]", [-1, 4]),
    ])
    func `a range stands for each of its numbers`(words: String, seeds: [Int]) throws {
        let decoded = try specs("prompt: a\nmodel: wan2.6-t2i\nseed: \(words)")
        #expect(decoded.diagnostics == [])
        #expect(decoded.specs.first?.seeds.map(\.value) == seeds)
    }

    @Test func `each seed of a range is a render`() {
        let outcome = plan("prompt: a\nmodel: wan2.6-t2i\nseed: 1-20")
        #expect(outcome.diagnostics == [] && outcome.plans.map(\.seed) == Array(1...20))
    }

    @Test(arguments: [
        ("20-1", "the range runs backwards", "`seed: 1-20`"), ("1-2-3", "`seed` cannot be", "a range such as 1-20"),
        ("one", "`seed` cannot be", "a whole number"),
        ("1-99999", "99,999 numbers; a range may have 10,000", "shorten it"),
        ("1-1000", "this file makes 1,000 renders; one file may make at most 500", "renders_per_job: 1000"),
        ("0-2147483647", "2,147,483,648 numbers", "shorten it"), ("1–4", "en dash", "-"),
    ])
    func `what is no range says what to write`(words: String, message: String, advice: String) throws {
        let found = plan("prompt: a\nmodel: wan2.6-t2i\nseed: \(words)").diagnostics
        #expect(found.count == 1, "\(found.map(\.line))")
        let text = try #require(found.first).line.lowercased()
        #expect(text.contains(message.lowercased()) && text.contains(advice), "\(text)")
    }

    @Test func `a range may be a key of a matrix, and counts for its limit`() throws {
        let text = "prompt: a {c}\nmodel: wan2.6-t2i\nmatrix:\n  c: [red, blue]\n  seed: [1-2, 7]\n"
        #expect(plan(text).plans.map(\.seed) == [1, 2, 7, 1, 2, 7])
        for large in ["  seed: 1-300\n", "  c: [red, blue]\nseed: 1-300\n"] {
            let many = plan(
                "prompt: a {c}\nmodel: wan2.6-t2i\nmatrix:\n" + (large.hasPrefix("  s") ? "  c: [red, blue]\n" : "")
                    + large)
            #expect(
                many.diagnostics.contains { $0.message.contains("this matrix makes 600 renders (2 × 300)") }, "\(large)"
            )
        }
    }

    /// What is advised is typed, word for word.
    @Test(arguments: [
        ("qwen-image-3.0", 20, "write `n: 5` and `seed: 1-4`: 4 seeds of 5 make 20 pictures"),
        ("wan2.6-t2i", 20, "write `n: 4` and `seed: 1-5`: 5 seeds of 4 make 20 pictures"),
        ("qwen-image-2.0", 7, "write `seed: 1-7` instead of `n`: 7 seeds make 7 pictures"),
        ("qwen-image-plus", 20, "write `seed: 1-20` instead of `n`: 20 seeds make 20 pictures"),
        ("wan2.6-t2v", 3, "write `seed: 1-3` instead of `n`: 3 seeds make 3 films"),
        ("qwen-image-plus", 600, "write `n: 1`"),
    ])
    func `too many at once is answered with what works`(model: String, count: Int, advice: String) throws {
        let found = plan("prompt: a\nmodel: \(model)\nn: \(count)").diagnostics.filter { $0.severity == .error }
        #expect(found.map(\.advice) == [advice])
        let words = advice.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        let typed = plan("prompt: a\nmodel: \(model)\n" + words.filter { $0.contains(":") }.joined(separator: "\n"))
        #expect(!typed.diagnostics.contains { $0.severity == .error })
        if count < 600 { #expect(typed.plans.reduce(0) { $0 + $1.count } == count) }
    }

    @Test func `a single seed gives way, several stay`() {
        func advice(_ seed: String) -> String? {
            plan("prompt: a\nmodel: qwen-image-3.0\nn: 20\nseed: \(seed)").diagnostics.first { $0.severity == .error }?
                .advice
        }
        #expect(advice("42")?.hasPrefix("write `n: 5` and `seed: 1-4`") == true)
        #expect(advice("[1, 2]") == "write `n: 6`")
    }
}
