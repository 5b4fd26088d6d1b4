import RenderCore
import Testing

@Suite struct AdvisedCommandsTests {
    private static let advised = AdvisedCommands(option: "--config /srv/a/watch.yaml")

    @Test(arguments: [
        ("type `renderdrop retry 01h8`.", "type `renderdrop retry 01h8 --config /srv/a/watch.yaml`."),
        (
            "see `renderdrop status`, then `renderdrop cancel x`",
            "see `renderdrop status --config /srv/a/watch.yaml`, then `renderdrop cancel x --config /srv/a/watch.yaml`"
        ),
        ("`renderdrop watch` or `run`", "`renderdrop watch --config /srv/a/watch.yaml` or `run`"),
        ("`renderdrop models MODEL` lists them", nil), ("`renderdrop init DIR`", nil),
        ("`renderdrop doctor --rebuild --config '/x y'`", nil), ("an odd `renderdrop status\nwithout an end", nil),
        ("", nil), ("`renderdrop ", nil),
    ])
    func `commands that need a workspace name it, once`(text: String, completed: String?) {
        #expect(Self.advised.completed(text) == completed ?? text)
        #expect(Self.advised.completed(Self.advised.completed(text)) == completed ?? text)
        #expect(AdvisedCommands().completed(text) == text)
    }
}
