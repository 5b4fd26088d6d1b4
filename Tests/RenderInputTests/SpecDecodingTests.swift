import Foundation
import RenderCore
import RenderYAML
import Testing

@Suite struct SpecDecodingTests {
    private func spec(_ text: String) throws -> JobSpec {
        let decoded = try specs(text)
        #expect(decoded.diagnostics == [])
        return try #require(decoded.specs.first)
    }

    @Test func `every key is read by its own type`() throws {
        let spec = try spec(
            """
            prompt: on
            kind: image-edit
            model: wan2.6-image
            negative_prompt: 2
            references: [cat.jpg, https://example.com/style.jpg]
            size: 16:9
            n: 2
            seed: [42, 7]
            prompt_extend: yes
            watermark: Off
            parameters: {max_images: 3, style: "3", deep: [1.5, {a: null}], big: 99999999999999999999}
            output: {name: "{job}-{index}"}
            priority: High
            not_before: 2026-11-21T22:00+08:00
            give_up_after: 1h30m
            max_cost: 2.00 cny
            tags: [spring, 2026]
            metadata: {client: Acme, code: 007, paid: true}
            """)
        #expect(spec.prompt == Marked("on", at: Mark(line: 1, column: 9)))
        #expect(spec.kind?.value == .imageEdit)
        #expect(spec.negativePrompt?.value == "2")
        #expect(spec.references.map(\.value) == ["cat.jpg", "https://example.com/style.jpg"])
        #expect(spec.size?.value == "16:9")
        #expect(spec.count?.value == 2 && spec.seeds.map(\.value) == [42, 7])
        #expect(spec.promptExtend?.value == true && spec.watermark?.value == false)
        #expect(
            spec.parameters.mapValues(\.value) == [
                "max_images": 3, "style": "3", "deep": [1.5, ["a": nil]], "big": "99999999999999999999",
            ])
        #expect(spec.outputName?.value == "{job}-{index}" && spec.priority?.value == .high)
        #expect(spec.notBefore?.value == Date(timeIntervalSince1970: 1_795_269_600))
        #expect(spec.giveUpAfter?.value == .seconds(5400))
        #expect(spec.maxCost?.value == Amount(decimal: "2.00", currency: "CNY"))
        #expect(spec.tags == ["spring", "2026"])
        #expect(spec.metadata == ["client": "Acme", "code": 7, "paid": true])
    }

    @Test(arguments: ["count", "n"]) func `n has another name`(key: String) throws {
        #expect(try spec("prompt: a\n\(key): 3").count?.value == 3)
    }

    @Test(arguments: ["references", "reference", "image", "images"])
    func `references have other names, and one needs no list`(key: String) throws {
        #expect(try spec("prompt: a\n\(key): cat.jpg").references.map(\.value) == ["cat.jpg"])
    }

    @Test func `a key with nothing behind it is not there`() throws {
        let spec = try spec("prompt: a\nseed:\nn: ~\nmatrix:\nmetadata:\n")
        #expect(spec.count == nil && spec.seeds.isEmpty)
    }

    @Test(arguments: [
        ("2026-11-21T22:00+08:00", 1_795_269_600.0), ("2026-11-21 22:00:30 +0800", 1_795_269_630),
        ("2026-11-21T14:00Z", 1_795_269_600), ("2024-02-29T00:00-01", 1_709_168_400), ("1970-01-01T00:00Z", 0),
    ])
    func `points in time are read with their zone`(text: String, seconds: Double) throws {
        #expect(try spec("prompt: a\nnot_before: \(text)").notBefore?.value.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        ("90s", 90.0), ("30m", 1800), ("2h", 7200), ("1h30m", 5400), ("1d", 86400), ("500ms", 0.5), ("1.5h", 5400),
    ])
    func `times are read with their unit`(text: String, seconds: Double) throws {
        #expect(try spec("prompt: a\ngive_up_after: \(text)").giveUpAfter?.value == .seconds(seconds))
    }

    @Test(arguments: [
        "give_up_after: 30", "give_up_after: 3m2h", "give_up_after: 1e9d", "give_up_after: -3m", "n: 0", "n: 1.5",
        "n: many",
        "n: 99999999999999999999", "seed: -2", "seed: 2147483648", "seed: 0x10", "watermark: maybe", "max_cost: -1",
        "max_cost: 1e3", "max_cost: 1 YUAN", "not_before: 2026-02-30T00:00Z", "not_before: tomorrow",
        "not_before: 2026-11-21", "not_before: 2026-11-21T22:00", "not_before: 2026-11-21T24:30Z", "kind: picture",
        "priority: urgent", "prompt: [a]", "size: [1, 2]", "metadata: x", "parameters: [1]", "references: {a: b}",
    ])
    func `a value of the wrong type is an error at its place, with advice`(line: String) throws {
        let decoded = try specs((line.hasPrefix("prompt") ? "n: 1\n" : "prompt: a\n") + line)
        let error = try #require(decoded.diagnostics.first)
        #expect(decoded.diagnostics.count == 1 && error.severity == .error)
        #expect(error.mark.line == 2 && error.mark.column > 1 && !error.advice.isEmpty)
    }

    @Test(arguments: [
        ("negative", "write `negative_prompt`"), ("num_images", "write `n`"),
        ("width", "write both sides as `size: 1664x928`"),
        ("aspect_ratio", "write the ratio as `size: 16:9`, for a film as `ratio: 16:9`"),
        ("promt", "did you mean `prompt`?"),
        ("Prompt", "did you mean `prompt`?"),
        ("negative-prompt", "write `negative_prompt`"), ("output_name", "write `output: {name: \"{job}-{index}\"}`"),
        ("steps", "leave it out: this provider takes no number of steps"),
        ("cfg_scale", "leave it out: this provider does not take it"),
        ("enable_thinking", "put it below `parameters:`, indented"), ("job", "did you mean `jobs`?"),
    ])
    func `an unknown key gets advice`(key: String, advice: String) throws {
        let decoded = try specs("model: a\n\(key): 1")
        #expect(
            decoded.diagnostics == [
                Diagnostic("unknown field `\(key)`", at: Mark(line: 2, column: 1), advice: advice)
            ])
    }

    @Test(arguments: ["n", "size", "seed", "negative_prompt", "prompt_extend", "watermark", "prompt", "model"])
    func `a key of the job is not taken below parameters`(key: String) throws {
        #expect(try specs("prompt: a\nparameters: {\(key): 1}").diagnostics.count == 1)
    }

    @Test func `one key under two names is an error`() throws {
        let decoded = try specs("prompt: a\nn: 1\ncount: 2")
        #expect(decoded.diagnostics.map(\.message) == ["`count` and `n` in line 2 are the same field"])
    }

    @Test func `several documents are several jobs, empty ones none`() throws {
        let decoded = try specs("---\nprompt: a\n---\n---\nprompt: b\n")
        #expect(decoded.specs.map { $0.prompt?.value } == ["a", "b"])
        #expect(decoded.specs.map(\.job) == [0, 1])
    }

    @Test func `defaults fill what a job does not say, parameters and metadata key by key`() throws {
        let decoded = try specs(
            """
            defaults: {model: m, count: 2, metadata: {a: 1, b: 1}, tags: [x]}
            jobs:
              - {prompt: one, n: 3, metadata: {b: 2}}
              - {prompt: two, tags: [y]}
            """)
        #expect(decoded.diagnostics == [])
        #expect(decoded.specs.map { $0.count?.value } == [3, 2])
        #expect(decoded.specs.map(\.metadata) == [["a": 1, "b": 2], ["a": 1, "b": 1]])
        #expect(decoded.specs.map(\.tags) == [["x"], ["y"]])
    }

    @Test(arguments: [
        ("defaults: {model: a}", "this file lists no jobs"), ("jobs: []", "this file lists no jobs"),
        ("jobs: [a]", "a job cannot be \"a\""), ("model: a\njobs: [{prompt: b}]", "`model` cannot stand beside `jobs`"),
        ("- prompt: a", "a job file cannot be a bare list"), ("prompt:A cat", "this is text, not keys and values"),
        ("# nothing\n", "this file has no job"), ("---\n---\n", "this file has no job"),
    ])
    func `a file of another shape says how it should be`(text: String, message: String) throws {
        #expect(try specs(text).diagnostics.map(\.message) == [message])
    }

    @Test func `a matrix multiplies, its first key turning slowest`() throws {
        let decoded = try specs(
            """
            prompt: a {animal} in {style}, {not this}
            output: "{job}-{animal}-{size}"
            matrix: {animal: [cat, "dog/fox"], size: [1:1, 16:9], style: [ink]}
            """)
        #expect(decoded.diagnostics == [])
        #expect(
            decoded.specs.map { $0.prompt?.value } == [
                "a cat in ink, {not this}", "a cat in ink, {not this}", "a dog/fox in ink, {not this}",
                "a dog/fox in ink, {not this}",
            ])
        #expect(decoded.specs.map { $0.size?.value } == ["1:1", "16:9", "1:1", "16:9"])
        #expect(
            decoded.specs.map { $0.outputName?.value } == [
                "{job}-cat-1-1", "{job}-cat-16-9", "{job}-dog-fox-1-1", "{job}-dog-fox-16-9",
            ])
        #expect(decoded.specs.map(\.job) == [0, 0, 0, 0])
        #expect(decoded.specs[0].cell == ["animal": "cat", "size": "1:1", "style": "ink"])
    }

    @Test func `a matrix that is too large says how many renders it would make`() throws {
        let decoded = try specs("prompt: '{a}'\nseed: [1, 2]\nmatrix: {a: [1, 2, 3], n: [1, 2]}", rendersMax: 11)
        #expect(
            decoded.diagnostics.map(\.message) == [
                "this matrix makes 12 renders (3 × 2 × 2); one file may make at most 11 renders"
            ])
        let axes = (0..<30).map { "k\($0): [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]" }.joined(separator: ", ")
        let words = (0..<30).map { "{k\($0)}" }.joined()
        let endless = try specs("prompt: '\(words)'\nmatrix: {\(axes)}")
        #expect(
            endless.diagnostics.first?.message.hasPrefix("this matrix makes more renders than can be counted") == true)
    }

    @Test func `many jobs together keep the limit as well`() throws {
        let text = "jobs:\n" + (0..<6).map { "  - {prompt: a\($0), seed: [1, 2]}\n" }.joined()
        #expect(
            try specs(text, rendersMax: 11).diagnostics.map(\.message) == [
                "this file makes 12 renders; one file may make at most 11 renders"
            ])
        #expect(try specs(text, rendersMax: 12).diagnostics == [])
    }

    @Test(arguments: [
        ("prompt: a\nmatrix: {style: [x]}", "`matrix` has `style`, but {style} is nowhere in the prompt"),
        ("prompt: a {stlye} {style}\nmatrix: {style: [x]}", "unknown placeholder {stlye}"),
        ("prompt: a\nmatrix: {size: []}", "`size` has no values in `matrix`"),
        ("prompt: a\nmatrix: {metadata: [1]}", "`metadata` cannot vary in `matrix`"),
        ("prompt: a {b}\nmatrix: {b: [{c: d}]}", "the values of `b` must be texts, not a mapping with 1 key"),
        ("prompt: a\nmatrix: [a]", "`matrix` must be a mapping, not a list of 1 item"),
    ])
    func `a matrix that means nothing is an error`(text: String, message: String) throws {
        #expect(try specs(text).diagnostics.map(\.message) == [message])
    }

    @Test func `a mistake that a matrix repeats is one mistake`() throws {
        #expect(try specs("prompt: '{a}'\nn: x\nmatrix: {a: [1, 2, 3]}").diagnostics.count == 1)
    }

    @Test(arguments: [
        ("out/{job}", "an output name cannot contain `/`"), ("..\\\\x", "an output name cannot contain `\\`"),
        ("{jbo}", "unknown placeholder {jbo} in the output name"), ("...", "the output name is empty"),
        ("{job}:{index}", "an output name cannot contain `:`"),
    ])
    func `an output's name is checked`(name: String, message: String) throws {
        #expect(try specs("prompt: a\noutput: {name: \"\(name)\"}").diagnostics.map(\.message) == [message])
    }

    @Test func `the sidecar of a success repeats its render`() throws {
        let spec = try spec(
            #"""
            {"schema": "renderdrop/sidecar/1", "job": {"id": "x", "tags": ["spring"], "metadata": {"client": "Acme"}},
             "request": {"kind": "image-edit", "model_asked": "qwen-image-edit-plus-latest", "model": "qwen-image-edit-plus",
              "provider": "dashscope", "prompt": "A red hat \ud83c\udfa9", "negative_prompt": null,
              "references": [{"name": "cat.jpg", "sha256": "00"}, {"url": "https://example.com/a.jpg"}],
              "size": "1024*1024", "n": 2, "seed": 42, "prompt_extend": true, "watermark": false, "parameters": {"x": 1}}}
            """#)
        #expect(spec.model?.value == "qwen-image-edit-plus" && spec.kind?.value == .imageEdit)
        #expect(spec.prompt?.value == "A red hat 🎩" && spec.negativePrompt == nil)
        #expect(spec.references.map(\.value) == ["cat.jpg", "https://example.com/a.jpg"])
        #expect(spec.size?.value == "1024*1024" && spec.count?.value == 2 && spec.seeds.map(\.value) == [42])
        #expect(spec.tags == ["spring"] && spec.metadata == ["client": "Acme"])
        #expect(spec.parameters["x"]?.value == 1)
    }

    @Test(arguments: [
        (
            #"{"schema": "renderdrop/sidecar/1", "error": {"code": "x"}}"#,
            "this sidecar says why a job failed; it is not a job"
        ),
        (#"{"schema": "renderdrop/summary/1", "jobs": []}"#, "renderdrop wrote this file, and it is not a job"),
        (#"{"schema": "renderdrop/sidecar/1"}"#, "this sidecar has no `request` to repeat"),
    ])
    func `other files of renderdrop are no jobs`(text: String, message: String) throws {
        #expect(try specs(text).diagnostics.map(\.message) == [message])
    }

    @Test func `a key in a job file is refused and never shown`() throws {
        let key = "sk-0123456789abcdef0123456789abcdef"
        let text = "prompt: a task-oriented-illustration-of-2026\nmetadata: {x: \(key)}\n\(key): 1\n"
        let shown = try specs(text).diagnostics.map { $0.rendered(file: "a.yaml", text: text) }.joined(separator: "\n")
        #expect(shown.contains("this value contains an API key") && !shown.contains("0123456789"))
        #expect(shown.contains("a.yaml:2:15") && !shown.contains("a.yaml:1:"))
    }
}

@Suite struct TextDecodingTests {
    private static let text = "prompt: Füße 🎈\r\nn: 2\r\n"

    private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return bigEndian ? [high, low] : [low, high]
        }
    }

    static let encoded: [[UInt8]] = [
        Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), utf16(text, bigEndian: false),
        utf16(text, bigEndian: true),
        [0xFF, 0xFE] + utf16(text, bigEndian: false), [0xFE, 0xFF] + utf16(text, bigEndian: true),
    ]

    @Test(arguments: encoded.indices) func `UTF-8 and UTF-16 are read, with and without a mark`(index: Int) throws {
        #expect(try TextDecoding.text(of: Self.encoded[index]) == Self.text)
        let reader = DropReaders(parser: parser, configuration: configuration(), catalogue: catalogue)
        #expect(reader.read(jobFile: Self.encoded[index]).specs.first?.count == Marked(2, at: Mark(line: 2, column: 4)))
    }

    static let unreadable: [([UInt8], Int, Int, String)] = [
        (
            Array("prompt: F".utf8) + [0xFC] + Array("r\n".utf8), 1, 10,
            "from here on, the text is neither UTF-8 nor UTF-16"
        ),
        (
            [0xFF, 0xFE] + utf16("a\nb", bigEndian: false) + [0x00, 0xD8, 0x61, 0x00], 2, 2,
            "from here on, the text is neither UTF-8 nor UTF-16"
        ),
        ([0xFF, 0xFE, 0x61, 0x00, 0x62], 1, 2, "from here on, the text is neither UTF-8 nor UTF-16"),
        (
            Array("a: b\r\nc: \0".utf8), 2, 4,
            "this file contains a NUL byte: it is not text, or its copy is incomplete"
        ),
        ([], 1, 1, "the file is empty"), (Array(" \n\t".utf8), 1, 1, "the file is empty"),
        (
            Array(repeating: 97, count: TextDecoding.bytesMax + 1), 1, 1,
            "this file has 1048577 bytes; a job file may have at most 1048576"
        ),
    ]

    @Test(arguments: unreadable.indices) func `what cannot be read says where`(index: Int) {
        let (bytes, line, column, message) = Self.unreadable[index]
        let found = #expect(throws: Diagnostic.self) { try TextDecoding.text(of: bytes) }
        #expect(found?.mark == Mark(line: line, column: column))
        #expect(found?.message == message)
    }
}
