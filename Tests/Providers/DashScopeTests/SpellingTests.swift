import DashScope
import RenderCore
import Testing

/// What the catalogue and the planner leave to the provider.
@Suite struct SpellingTests {
    private let spelling = ModelStudioSpelling()

    @Test(arguments: [
        ("key", "img_url", "img_url"), ("list", "images", "images[]"), ("type", "first_frame", "media:first_frame"),
        ("within", "reference_voice", "media[0].reference_voice"),
    ])
    func `a row names a place by its key`(key: String, text: String, stored: String) {
        let place = spelling.place(key, text)
        #expect(place?.text == stored && spelling.placeKeys.contains(key))
        #expect(place?.word == (key == "within" ? nil : text), "a voice is named by its reference")
        #expect(spelling.reference(at: place, isUploaded: false)?.content["place"] == .string(stored))
    }

    @Test func `a voice stands in the item of its speaker`() throws {
        var place = try #require(spelling.place("within", "reference_voice"))
        place.owner = 3
        let reference = try #require(spelling.reference(at: place, isUploaded: true))
        #expect(reference.content["place"] == "media[3].reference_voice" && reference.sending == ["inline": false])
    }

    @Test func `there is no place under an unknown key, and nothing is said of a reference without one`() {
        #expect(spelling.place("body", "x") == nil)
        #expect(spelling.reference(at: nil, isUploaded: false) == nil)
    }

    @Test(
        arguments: [
            (["input": ["messages": []]], "M"), (["input": ["prompt": "a"]], "P"),
        ] as [(JSONValue, String)])
    func `a sidecar without a family is of one of two`(body: JSONValue, family: String) {
        let plan = spelling.plan(sidecar: ["body": body], endpoint: "/e")
        #expect(plan.content == ["endpoint": "/e", "family": .string(family)] && plan.sending == nil)
    }

    @Test func `a sidecar tells the plan of its render`() {
        let request: JSONValue = [
            "family": "VM", "input": ["mask_frame_id": 3], "body": ["parameters": ["stream": true]],
        ]
        #expect(
            spelling.plan(sidecar: request, endpoint: "/e")
                == BodyPlan(endpoint: "/e", family: .filmMedia, input: ["mask_frame_id": 3], streams: true).wire)
    }
}
