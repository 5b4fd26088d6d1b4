/// What a rebuilt ledger says of renders that it knows too little of.
extension Message {
    static let ledgerLost = Message(
        "it was sent before the ledger was lost, and its answer was lost with it",
        next:
            "look for it in the provider's console and in the outbox; `renderdrop status` names the job: retry it with "
            + "--adopt TASK, --resend or --give-up")
}
