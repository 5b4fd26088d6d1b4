// As keys of a JSON object; else a dictionary would be written as a list.

extension RenderMachine.State.Name: CodingKeyRepresentable {}
extension WaitingReason.Kind: CodingKeyRepresentable {}
