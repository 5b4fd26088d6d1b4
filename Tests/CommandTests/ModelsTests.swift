import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// `models` says what there is, without a key, a workspace or a network.
@Suite(.timeLimit(.minutes(15))) struct ModelsTests {
    private struct Said: Sendable {
        var code: Int32
        var out: String
        var error: String
        /// Whatever the width of the page.
        var flat: String { out.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        var lines: [String] { out.split(separator: "\n").map(String.init) }
    }

    /// A catalogue of one's own beside the built-in one, so that figures stay as they are.
    private static let rows = """
        models:
          - id: studio-model
            like: qwen-image-plus
            title: Studio Model
            status: current
            prices: {beijing: 0.123 CNY, singapore: }
            limit: {submits: 7, per: 60s}
          - id: studio-old
            like: studio-model
            status: legacy
            regions: [singapore]
        """

    /// Runs `models` in a folder with a watch.yaml, as somebody without a key would.
    private func models(_ arguments: String..., with files: [String: String] = [:]) async throws -> Said {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        try place.folder.write("desk/watch.yaml", "models: {catalogue: rows.yaml}\n".utf8)
        try place.folder.write("desk/rows.yaml", Self.rows.utf8)
        for (name, text) in files { try place.folder.write("desk/" + name, text.utf8) }
        try place.folder.write("desk/assets/.keep", [])
        try place.folder.write("desk/cat.jpg", try sample("samples/photos/cat.jpg"))
        let ended = try await place.start(
            ["models"] + arguments, changing: ["DASHSCOPE_API_KEY": nil], from: place.folder("desk")
        ).ended()
        try place.close()
        return Said(code: ended.code, out: ended.out, error: ended.error)
    }

    @Test func `the list in a pipe fits 80 columns, current models first`() async throws {
        let said = try await models()
        #expect(said.code == 0 && said.error == "", "\(said.error)")
        #expect(said.lines.allSatisfy { $0.count <= 80 })
        let own = try #require(said.lines.firstIndex { $0.hasPrefix("studio-model ") })
        #expect(said.lines[own].hasSuffix("0.123 CNY a picture"))
        #expect(said.lines[own + 1] == "    text-to-image; makes 5 sizes, as 1664*928; 7 in 60 s")
        #expect(!said.out.contains("studio-old"), "Beijing does not have it")
        let states = said.lines.filter { $0.hasPrefix("    ") }.compactMap { line in
            ["older;", "legacy;"].firstIndex { line.split(separator: " ").first == Substring($0) }
        }
        #expect(states.count > 20 && states == states.sorted())
        #expect(!said.out.contains("\u{1B}"))
    }

    @Test func `filters leave what fits all of them`() async throws {
        let edit = try await models("--kind", "image-edit", "--edit")
        #expect(edit.lines.count > 3)
        #expect(edit.lines.contains { $0.hasPrefix("qwen-image-edit-plus ") })
        #expect(!edit.out.contains("studio-model"))
        let cheap = try await models("--kind", "text-to-image", "--max-price", "0.13 CNY")
        #expect(cheap.lines.contains { $0.hasPrefix("studio-model ") })
        #expect(!cheap.lines.contains { $0.hasPrefix("qwen-image-plus ") })
        let both = try await models("--kind", "text-to-image", "--kind", "image-edit", "--max-price", "0.2")
        #expect(both.lines.contains { $0.hasPrefix("studio-model ") })
        #expect(both.lines.contains { $0.hasPrefix("qwen-image-edit-plus ") })
        let elsewhere = try await models("--region", "singapore")
        #expect(
            elsewhere.lines.contains { $0.hasPrefix("studio-old ") && $0.hasSuffix("price not known") })
        let old = try #require(elsewhere.lines.firstIndex { $0.hasPrefix("studio-old ") })
        #expect(elsewhere.lines[old + 1].hasPrefix("    legacy; "))
    }

    @Test func `what edits and makes films edits films`() async throws {
        let films = try await models("--films", "--edit", "--json")
        #expect(films.code == 0)
        let kinds = try #require(try Workplace.json(films.out).array).map {
            $0["kinds"]?.array?.compactMap(\.string) ?? []
        }
        #expect(kinds.count > 3)
        for one in kinds { #expect(one.contains("video-edit"), "\(one)") }
    }

    @Test func `below the list stands how many may not be offered in the region`() async throws {
        let said = try await models("--region", "virginia", "--json")
        let all = try #require(try Workplace.json(said.out).array)
        let unsure = all.count { ($0["regions"]?.array ?? []).isEmpty && $0["prices"]?["virginia"] == nil }
        #expect(unsure > 10)
        let listed = try await models("--region", "virginia")
        #expect(
            listed.lines.suffix(1).joined(separator: " ")
                == "\(unsure) of these may not be offered in virginia: no price is known there")
    }

    @Test func `prices in another currency are not compared, which is said`() async throws {
        let rows = "models: [{id: wan3.0-video, prices: {singapore: {480P: 0.05 USD, 720P: 0.1 USD, 1080P: 0.2 USD}}}]"
        let plain = try await models(
            "--region", "singapore", "--films", "--max-price", "0.3", with: ["rows.yaml": rows])
        #expect(plain.lines.contains { $0.hasPrefix("wan2.2-i2v-flash ") })
        #expect(!plain.lines.contains { $0.hasPrefix("wan3.0-video ") })
        #expect(plain.out.contains("1 more is priced in USD; compare them with --max-price \"0.1 USD\""))
        let dollars = try await models(
            "--region", "singapore", "--films", "--max-price", "0.3 USD", with: ["rows.yaml": rows])
        #expect(dollars.lines.contains { $0.hasPrefix("wan3.0-video ") })
        #expect(!dollars.lines.contains { $0.hasPrefix("wan2.2-i2v-flash ") })
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func `a list that cannot be written is no success`() async throws {
        let place = try TemporaryDirectory("full")
        let child = try Child(
            "/bin/sh", ["-c", "exec \"$0\" models > /dev/full", Child.renderdrop], environment: ["PATH": "/bin"],
            folder: place.path, log: place.path + "/log")
        let ended = try await child.ended()
        #expect(ended.code == 14)
        #expect(ended.error.contains("the results could not be written to standard output"))
    }

    @Test func `nothing that fits is no mistake`() async throws {
        let said = try await models("--max-price", "0")
        #expect(said.code == 0)
        #expect(said.out == "")
        #expect(said.error == "no model in Beijing matches\n")
    }

    @Test(arguments: ["studio-model", "Studio-Model"])
    func `one model is told in full`(name: String) async throws {
        let said = try await models(name)
        #expect(said.code == 0 && said.error == "", "\(said.error)")
        #expect(said.lines.first == "studio-model")
        for (label, text) in [
            ("title", "Studio Model"), ("status", "current"), ("kinds", "text-to-image"),
            ("prompt", "at most 800 characters"),
            ("beijing", "0.123 CNY a picture"), ("anywhere", "7 in 60 s"), ("n", "1"),
        ] {
            #expect(said.lines.contains { $0.hasPrefix("  \(label) ") && $0.hasSuffix(" \(text)") }, "\(label)")
        }
        #expect(said.lines.contains { $0.hasPrefix("  seed ") && $0.contains("whole number 0..2147483647") })
        #expect(said.flat.contains("/services/aigc/text2image/image-synthesis (E3, async, family P)"))
    }

    @Test func `a model that the region lacks is told with a note`() async throws {
        let said = try await models("studio-old")
        #expect(said.code == 0)
        #expect(said.error == "note: studio-old is not offered in beijing\n")
        #expect(said.out.contains("  regions "))
    }

    @Test func `an unknown model is code 2, with the nearest names`() async throws {
        let said = try await models("studio-modle")
        #expect(said.code == 2)
        #expect(said.out == "")
        #expect(said.error.contains("the model studio-modle is not in the catalogue"))
        #expect(said.error.contains("did you mean studio-model"))
        let far = try await models("zzzzzzzzzzzzzzzz")
        #expect(far.code == 2)
        #expect(far.error.contains("run `renderdrop models` to list them"))
    }

    @Test func `JSON has the same as figures`() async throws {
        let one = try Workplace.json(try await models("studio-model", "--json").out)
        #expect(one["id"]?.string == "studio-model")
        #expect(one["kinds"]?[0]?.string == "text-to-image")
        #expect(one["prices"]?["beijing"]?["unit"]?.string == "picture")
        #expect(one["prices"]?["beijing"]?["tiers"]?[0]?["amount"]?.string == "0.123")
        #expect(one["limit"]?["submits"]?.int == 7 && one["limit"]?["per_seconds"]?.int == 60)
        #expect(one["size"]?["list"]?[0]?.string == "1664*928")
        #expect(one["parameters"]?["prompt_extend"]?["default"]?.bool == true)
        #expect(one["parameters"]?["seed"]?["range"]?["max"]?.int == 2_147_483_647)
        #expect(one["endpoints"]?[0]?["mode"]?.string == "async")
        let all = try #require(try Workplace.json(try await models("--json").out).array)
        #expect(all.count > 20)
        #expect(all.contains(one))
    }

    @Test func `for a job the models that can do it are told, the best first, and why the others cannot`() async throws
    {
        let job = "prompt: A red hat\nreferences: [cat.jpg]\nmodel: qwen-image-plus\nn: 2\n"
        let said = try await models("--recommend", "hat.yaml", with: ["hat.yaml": job])
        #expect(said.code == 0 && said.error == "", "\(said.error)")
        #expect(said.lines.first?.contains(/^✓ hat\.yaml: [0-9]+ models can do it, the best first$/) == true)
        #expect(said.lines[1].contains(#/^ +1\. /#))
        #expect(said.flat.contains(/qwen-image-edit-plus takes 1 picture, 2 at once,[^0-9]* 0\.40 CNY/))
        #expect(said.lines.contains { $0.contains(/^[0-9]+ cannot$/) })
        #expect(said.out.contains("--verbose"))
        let verbose = try await models("--recommend", "hat.yaml", "--verbose", with: ["hat.yaml": job])
        #expect(verbose.flat.contains(" qwen-image-plus makes pictures from text alone and takes no references"))
        #expect(verbose.flat.contains("`n` is 2, but qwen-image-plus makes one picture at a time"))
        #expect(verbose.lines.count > said.lines.count)
    }

    @Test func `models are compared side by side, over providers, in one currency`() async throws {
        let job = "prompt: a hat\nreferences: [cat.jpg]\nsize: 1024*1024\n"
        let rates = "budget: {currency: CNY, rates: {USD: 7.12}, rates_as_of: 2026-11-30}\n"
        let compare = ["qwen-image-edit-plus", "wavespeed-ai/qwen-image/edit", "qwen-image-plus"]
        let files = ["job.yaml": job, "watch.yaml": rates]
        let said = try await models("compare", compare[0], compare[1], compare[2], "--job", "job.yaml", with: files)
        #expect(said.code == 4, "one of them cannot do it")
        #expect(said.flat.contains("0.02 USD (0.1424 CNY)"), "\(said.out)")
        #expect(said.flat.contains("1 USD = 7.12 CNY as of 2026-11-30"))
        #expect(said.flat.contains("cannot: ") && said.lines.allSatisfy { $0.count <= 80 })
        let json = try await models("compare", compare[0], compare[1], "--job", "job.yaml", "--json", with: files)
        #expect(json.code == 0, "\(json.error)")
        let columns = try #require(try Workplace.json(json.out)["models"]?.array)
        #expect(columns.map { $0["provider"]?.string } == ["dashscope", "wavespeed"])
        #expect(columns[1]["job_price_compared"]?.string == "0.1424 CNY" && columns[0]["job_price_compared"] == nil)
        #expect(columns[1]["account"] == nil, "it has none")
        let bad = try await models("compare", "qwen-image-edit-plus", "qwen-image-edit-plu")
        #expect(bad.code == 2 && bad.error.contains("did you mean qwen-image-edit-plus"))
        let wrong = try await models("compare", "a", "b", "--jobs", "x")
        #expect(wrong.code == 2 && wrong.error.contains("`renderdrop models compare --help` lists the options"))
        let one = try await models("compare", "qwen-image-edit-plus")
        #expect(one.code == 2 && one.error.contains("renderdrop models compare --help"), "\(one.error)")
    }

    @Test func `as JSON every reason is told`() async throws {
        let job = "prompt: A red hat\nreferences: [cat.jpg]\nn: 2\n"
        let said = try await models("--recommend", "hat.yaml", "--json", with: ["hat.yaml": job])
        let report = try Workplace.json(said.out)
        #expect(report["problems"]?.array?.isEmpty == true)
        let models = try #require(report["models"]?.array)
        let plus = try #require(models.first { $0["model"]?.string == "qwen-image-edit-plus" })
        #expect(plus["estimate"]?.string == "0.40 CNY")
        #expect(plus["kinds"]?[0]?.string == "image-edit")
        #expect(plus["why"]?.array?.isEmpty == false)
        let own = try #require(report["others"]?.array?.first { $0["model"]?.string == "studio-model" })
        #expect((own["reasons"]?.array?.count ?? 0) == 2)
    }

    @Test(arguments: [
        ("prompt: [\n", "error:"),
        ("prompt: a\nreferences: [../dog.jpg]\n", "the reference `../dog.jpg` cannot be used"),
        ("prompt: a\nsiez: 1:1\n", "did you mean `size`?"),
        ("prompt: a\nreferences: [cat.jpg]\nmax_cost: 0.0001\n", "no model can do all of it"),
    ])
    func `a job that no model can do is code 4`(job: String, says: String) async throws {
        let said = try await models("--recommend", "job.yaml", with: ["job.yaml": job])
        #expect(said.code == 4)
        #expect(said.out.contains(says), "\(said.out)")
        #expect(said.out.contains("✗ job.yaml"))
    }

    @Test func `a picture that is not there yet, or lies in a folder beside the job, is no mistake`() async throws {
        let job = "prompt: a\nreferences: [dog.jpg]\n"
        let missing = try await models("--recommend", "job.yaml", with: ["job.yaml": job])
        #expect(missing.code == 0 && missing.out.contains("✓ job.yaml"), "\(missing.out)")
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        try place.folder.write("desk/job.yaml", "prompt: a\nreferences: [kitten.jpg]\n".utf8)
        try place.folder.write("desk/photos/kitten.jpg", try sample("samples/photos/cat.jpg"))
        let apart = try await place.start(["models", "--recommend", "job.yaml"], from: place.folder("desk")).ended()
        try place.close()
        #expect(apart.code == 0 && apart.out.contains("takes 1 picture"), "\(apart.out)\(apart.error)")
    }

    @Test(arguments: [
        ["--recommend", "nowhere.yaml"], ["--kind", "text-to-picture"], ["--max-price", "cheap"],
        ["studio-model", "--films"],
        ["--recommend", "a.yaml", "studio-model"], ["--region", "mars"],
    ])
    func `wrong usage is code 2`(arguments: [String]) async throws {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        let ended = try await place.start(["models"] + arguments).ended()
        try place.close()
        #expect(ended.code == 2)
        #expect(ended.out == "")
        #expect(!ended.error.isEmpty)
    }

    @Test func `the page of all models is written by the binary`() async throws {
        let said = try await models("--markdown")
        #expect(said.code == 0)
        #expect(said.lines.first == "# Models")
        #expect(said.lines.contains("### studio-model"))
    }

    @Test func `models can be completed on the command line`() async throws {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        let script = try await place.command("--generate-completion-script", "bash").out
        let asked = try await place.command(
            "---completion", "models", "--", "positional@0", "2", "0", "renderdrop", "models", "")
        try place.close()
        #expect(script.contains("text-to-image") && script.contains("image-edit"))
        #expect(script.contains("---completion models -- positional@0"))
        #expect(asked.code == 0)
        #expect(asked.out.split(separator: "\n").contains("qwen-image-plus"))
    }
}
