import ProviderSupport
import RenderCore

/// The errors of an answer, which gateways spell in many ways.
extension JSONValue {
    /// Of an error, not empty. The native form is flat; the OpenAI-style one wraps it, and may name only a type; some answers name the
    /// code at the head of their message. A number is a gateway's word and no code.
    var errorCode: String? {
        let error = spelt("error")
        let named = [saidCode, error?.saidCode, error?.spelt("type")?.string].lazy.compactMap { $0 }
            .first { $0.contains(where: \.isLetter) }
        return named ?? ErrorCode.head(of: errorMessage)?.code
    }

    /// Of an error; empty where there is none.
    var errorMessage: String { saidMessage ?? spelt("error")?.saidMessage ?? "" }

    /// The code that stands here itself, filled, under whichever name the gateways of this provider give it: `code`, `Code`, `errorCode`,
    /// `error_code`. A word of success is none.
    var saidCode: String? {
        ["code", "errorcode", "errcode"].lazy.compactMap { self.spelt($0)?.filledText }.first {
            !["ok", "success", "succeeded"].contains(ErrorCode.folded($0))
        }
    }

    /// The same of its message.
    var saidMessage: String? {
        ["message", "errormessage", "errormsg", "errmsg", "msg"].lazy.compactMap { self.spelt($0)?.string }.first
    }

    /// - Parameter name: folded, as codes are: the member of exactly this name counts first.
    private func spelt(_ name: String) -> JSONValue? {
        if let exact = self[name], exact != .null { return exact }
        guard let members = object else { return nil }
        let keys = members.keys.filter { ErrorCode.folded($0) == name && members[$0] != .null }
        return keys.min().flatMap { members[$0] }
    }
}
