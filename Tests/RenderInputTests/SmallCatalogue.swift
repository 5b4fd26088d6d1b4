import DashScope
import RenderCore
import RenderYAML

/// A handful of rows with one of each rule, that stay as they are whatever the built-in catalogue becomes.
func smallCatalogue() throws -> ModelCatalogue {
    try made(
        """
        endpoints:
          A: {path: /a, mode: async, family: M}
          S: {path: /s, mode: sync, family: M}
          F: {path: /f, mode: async, family: V}
        media:
          pictures: {formats: [jpeg, png], side: 384..3072, ratio: 1:8..8:1, megabytes: 10, alpha: no}
        models:
          - id: both
            title: Words and Pictures
            kinds: [text-to-image, image-edit]
            snapshots: [both-2026-01-01]
            endpoints: [A, S]
            inputs:
              reference_image: {count: 0..3, media: pictures}
              mask: {count: 0..1, media: pictures, key: mask_image_url}
            together: [{of: [mask], needs: [reference_image]}]
            size:
              area: 512*512..2048*2048
              ratio: 1:4..4:1
              keywords: {2K: 2048*2048, 1K: 1024*1024}
              default: 2K
            n: 1..4
            prompt: 800 characters
            negative_prompt: 500 characters
            parameters:
              seed: {type: integer, range: 0..9, summary: the same seed makes a similar picture}
              style: {type: text, choices: [<plain>, rich_one], default: <plain>}
              fine: {type: boolean, default: false}
            prices:
              beijing: {output: 0.25 CNY, large: 0.5 CNY, large_above: 2250000, input: 0.02 CNY}
              singapore: 0.3 CNY
            prices_as_of: 2026-05-30
            limit: {submits: 5, per: 1s, running: 5, regions: {singapore: {submits: 2, per: 60s}}}
            source: the tests
            when:
              fine: {prices: {beijing: 1 CNY}, n: 1}

          - id: words
            like: both
            title: Words Only
            status: older
            kinds: [text-to-image]
            snapshots: []
            endpoints: [S]
            inputs: {reference_image: , mask: }
            together: []
            size: {list: [1664*928, 1328*1328], default: 1664*928}
            prices: {beijing: 0.2 CNY, singapore: }
            limit: {submits: 2, per: 60s}
            when: {fine: }

          - id: editor
            like: both
            title: Editor
            status: legacy
            snapshots: []
            kinds: [image-edit]
            inputs: {reference_image: {count: 1..2, media: pictures}, mask: }
            together: []
            size: none
            prices: {beijing: 0.1 CNY, singapore: }
            limit: {submits: 2, per: 1s}
            when: {fine: }
            confidence: reported

          - id: film
            title: Film
            kinds: [image-to-video, text-to-video]
            endpoints: [F]
            inputs:
              first_frame: {count: 0..1, kind: image, key: img_url}
              video: {count: 0..1, kind: video, key: video_url}
            together: [{of: [video], not_with: [first_frame]}]
            files: upload
            size: none
            resolution: {list: [1080P, 720P], default: 720P}
            duration: {range: 2..15, default: 5, words: {auto: -1}}
            prompt: 800 characters
            prompt_is_optional: true
            billed: second
            prices: {beijing: {720P: 0.6 CNY, 1080P: 1 CNY, input_seconds: 5}}
            limit: {submits: 5, per: 1s, running: 5}
            confidence: documented
            source: the tests

          - id: sizes
            like: film
            title: Film of Sizes
            kinds: [text-to-video]
            inputs: {first_frame: , video: }
            together: []
            size: {list: [1280*720, 960*960, 1920*1080], default: 1280*720}
            resolution: none
            ids: {singapore: sizes-intl}
            regions: [beijing, singapore]

          - id: tool
            like: editor
            title: Tool
            size: {sides: 512..1440}
            limit: {submits: 2, per: 1s, group: workshop}
            functions:
              expand:
                summary: more around the picture
                parameters: {seed: , top_scale: {type: number, range: 1..2.5, default: 1, required: true, summary: upwards}}
              erase:
                summary: takes away
                inputs: {mask: {count: 1, media: pictures}}
                prices: {beijing: 0.05 CNY}
        """)
}

/// A catalogue of a text; a mistake in it is the test's.
func made(_ text: String) throws -> ModelCatalogue {
    let checked = ModelCatalogue(spelling: ModelStudioSpelling()).extended(by: try parser.parse(text))
    guard let catalogue = checked.value else {
        throw Wrong(text: checked.diagnostics.map { $0.rendered(file: "rows", text: text) }.joined(separator: "\n"))
    }
    return catalogue
}

private struct Wrong: Error { var text: String }
