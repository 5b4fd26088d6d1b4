import RenderCore
import Testing

@Suite struct GoldenDiagnosticTests {
    static let files: [(text: String, shown: String)] = [
        (
            "prompt:\u{A0}A paper boat\n",
            """
            job.yaml:1:8: error: this character is U+00A0 no-break space (type a space instead)
                prompt:\u{A0}A paper boat
                       ^
            """
        ),
        (
            "prompt：一只纸船\n",
            """
            job.yaml:1:7: error: this character is U+FF1A fullwidth colon (type : and a space instead)
                prompt：一只纸船
                      ^
            """
        ),
        (
            "{\\rtf1\\ansi\nprompt: a}\n",
            """
            job.yaml:1:1: error: this is rich text (RTF), not a job file (save it as plain text (UTF-8): in TextEdit, Format > \
            Make Plain Text; in Word or WordPad, Save as)
                {\\rtf1\\ansi
                ^
            """
        ),
        (
            "prompt: a cat: red\n",
            """
            job.yaml:1:14: error: this line has a second colon, or is indented too far (put quotes around text that \
            contains a colon and a space; start all keys of one level in the same column)
                prompt: a cat: red
                             ^
            """
        ),
        (
            "prompt: a\r\n\tsize: 1:1\r\n",
            """
            job.yaml:2:1: error: there is a tab where YAML allows only spaces (indent with spaces, two for each level)
                 size: 1:1
                ^
            """
        ),
        (
            "prompt: \"a cat\nsize: 1:1\n",
            """
            job.yaml:1:9: error: the quote that opens here is never closed (add the same quote at the end)
                prompt: "a cat
                        ^
            """
        ),
        (
            "promt: a\nsize: [2K]\n",
            """
            job.yaml:1:1: error: unknown field `promt` (did you mean `prompt`?)
                promt: a
                ^
            job.yaml:2:7: error: `size` must be text, not a list of 1 item (write one value, or `matrix: {size: […]}` for one \
            render of each; put quotes around text that starts with [ or {, or contains a colon and a space)
                size: [2K]
                      ^
            """
        ),
        (
            "prompt: ä🎈\nmetadata: {\"ä🎈\": sk-0123456789abcdef}\n",
            """
            job.yaml:2:18: error: this value contains an API key (remove it and make a new key, because others may have \
            read this one; a key belongs in the environment variable DASHSCOPE_API_KEY or in the file that `key_file` names)
                metadata: {"ä🎈": *******************}
                                  ^
            """
        ),
        (
            "prompt: \(String(repeating: "long ", count: 30))\nmodel: \(String(repeating: " ", count: 80))qwen\n",
            """
            job.yaml:2:88: error: the model `qwen` is not in the catalogue (did you mean qwen-image-plus or qwen-image or \
            qwen-image-max?)
                …                                                            qwen
                                                                             ^
            """
        ),
        (
            "prompt: a\nnot_before: 2026-11-21\n",
            """
            job.yaml:2:13: error: `not_before` has a date but no time (add time and zone: 2026-11-21T22:00+08:00)
                not_before: 2026-11-21
                            ^
            """
        ),
        (
            "{\"prompt\": \"a\", \"emoji\\ud83d\\ude00\": 1}",
            """
            job.yaml:1:17: error: unknown field `emoji😀` (known fields: prompt, model, kind, function, provider, account, \
            negative_prompt, references, mask, first_frame, last_frame, video, audio, voice, media, size, resolution, ratio, \
            duration, n, seed, prompt_extend, watermark, parameters, output, priority, not_before, give_up_after, max_cost, \
            tags, metadata, again, family, endpoint; put what only this model takes below `parameters:`)
                {"prompt": "a", "emoji\\ud83d\\ude00": 1}
                                ^
            """
        ),
    ]

    @Test(arguments: files.indices)
    func `a mistake is shown with its line, a caret and what to do`(index: Int) {
        #expect(shown(Self.files[index].text) == Self.files[index].shown)
    }
}
