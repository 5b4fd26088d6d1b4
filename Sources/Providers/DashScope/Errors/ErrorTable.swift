import RenderCore

/// Every code that the provider documents, and some that were only seen. The first row that fits counts, so rows with `said` stand
/// before the plain one.
///
/// - Source: Model Studio documentation, error codes, as of 2026-08-28; its part before "InvalidFile.FrontBody" as of 2026-05-30.
enum ErrorTable {
    static let rows: [ErrorRow] = parameters + media + content + access + pace + trouble

    /// What is in the request's own words.
    private static let parameters: [ErrorRow] = [
        .job(
            "InvalidParameter", said: ["num_images_per_prompt must be 1"],
            meaning: "the model makes one picture at a time", advice: "set n to 1, or give a list of seeds"),
        .job(
            "InvalidParameter", said: ["model not exist"],
            meaning: "this endpoint or region does not have the model", scope: .model,
            advice: "check the model's id, and whether {region} ({host}) offers the model"),
        .job(
            "InvalidParameter", said: ["url error, please check url", "url error"],
            meaning: "the model does not belong to this endpoint, or a reference's link cannot be read",
            advice: "check the references' links, and the endpoint in the model's catalogue row"),
        .job(
            "InvalidParameter", said: ["field required", "required parameter"],
            meaning: "the request lacks a field that the model needs",
            advice: "set the field that the message names, or choose another model"),
        .job(
            "InvalidParameter", said: ["messages length only support", "no messages found"],
            meaning: "the model takes exactly one message", advice: "this is a bug in renderdrop: please report it"),
        .job(
            "InvalidParameter", said: ["content length only support", "ref_images_url and obj_or_bg"],
            meaning: "the model takes a different number of pictures", advice: "change the number of references"),
        .job(
            "InvalidParameter", said: ["lack of image or text"], meaning: "the model needs a picture and a prompt",
            advice: "give a prompt and at least one reference"),
        .job(
            "InvalidParameter", said: ["range of "], meaning: "a number is out of the model's range",
            advice: "use a number in the range that the message names"),
        .job(
            "InvalidParameter", said: ["size is not match", "expected format"],
            meaning: "the model cannot make this size",
            advice: "use a size that the message names, or leave size out"),
        .fetch(
            "InvalidParameter",
            said: [
                "download image failed", "failed to download", "download the media resource", "oss download error",
                "find the requested media resource", "authorization to access the media resource",
                "wrong content-type of multimodal url", "provided url does not appear to be valid",
            ], meaning: "the provider could not fetch a reference"),
        .job(
            "InvalidParameter",
            said: [
                "image format error", "invalid image format", "corrupted file", "read image error", "read video error",
                "read image/video error", "failed to decode", "format illegal", "format is illegal",
                "not supported format",
                "invalid video file", "green network",
            ],
            meaning: "a reference cannot be read as a picture or film",
            advice: "save the reference again, a picture as PNG or JPEG, a film as MP4"),
        .job(
            "InvalidParameter", said: ["max bytes per data-uri", "multimodal file size is too large"],
            meaning: "a reference is too large to send inside the request",
            advice: "use a smaller picture; renderdrop uploads pictures above 7 MiB separately"),
        .job(
            "InvalidParameter",
            said: [
                "size of input image is too", "image length and width do not meet", "image size is not supported",
                "image size not supported", "size too small", "size too large", "video too long",
            ],
            meaning: "a reference is too small, too large or too long",
            advice: "resize or shorten the reference to fit the model's limits; `renderdrop models` leads to them"),
        .job(
            "InvalidParameter", said: ["required body invalid", "input json error"],
            meaning: "the provider could not read the request as JSON",
            advice:
                "check `parameters` in the job file; if they are right, this is a bug in renderdrop: please report it"),
        .job(
            "InvalidParameter", said: ["sse and stream parameter mismatch"],
            meaning: "the request asked for a streamed answer", advice: "remove `stream` from `parameters`"),
        .provider(
            "InvalidParameter", said: ["request timeout after"], meaning: "a step before the model timed out",
            acceptance: .checked),
        .job(
            "InvalidParameter", "InvalidParameter.NotSupportEnableThinking", "invalid_parameter_error",
            "invalid_request_error", "invalid_value", "InvalidSchema", "InvalidSchemaFormat",
            meaning: "the model does not accept one of the values",
            advice: "correct the value that the message names; `renderdrop models` shows what a model takes"),
        .job(
            "BadRequest.EmptyInput", "BadRequest.EmptyModel", "BadRequest.EmptyParameters",
            meaning: "a part of the request is missing", advice: "this is a bug in renderdrop: please report it"),
        .job(
            "BadRequest.IllegalInput", meaning: "the provider could not read the request as JSON",
            advice: "check `parameters` in the job file"),
        .job(
            "BadRequest.TooLarge", meaning: "the request is too large",
            advice: "use smaller or fewer references"),
        .job(
            "BadRequest", "BadRequestException", "BadRequest.ResourceNotExist", "BadRequest.VoiceNotFound",
            "FlowNotPublished", meaning: "the provider did not understand the request",
            advice: "check the values of the job file"),
        .job(
            "ServiceUnavailableError", meaning: "a message has the wrong role or no content",
            advice: "write a prompt; if the job has one, this is a bug in renderdrop: please report it"),
        .job(
            "UnsupportedOperation", meaning: "the task can no longer be changed",
            advice: "look at its state with `renderdrop status`"),
        .job(
            "Conflict", meaning: "the provider reports a conflict with another request",
            advice: "later, \(Message.renderMissing)"),
    ]

    /// Pictures and other media that were given.
    private static let media: [ErrorRow] = [
        .fetch(
            "InvalidParameter.DataInspection", "InvalidParameter.FileDownload", "InvalidURL",
            "InvalidURL.ConnectionRefused", "InvalidURL.Timeout", "BadRequest.InputDownloadFailed",
            "InvalidFile.DownloadFailed", "GatewayTimeout.InputDownload",
            meaning: "the provider could not fetch a reference"),
        .fetch(
            "InternalError.Algo", said: ["missing content-length of multimodal url"],
            meaning: "the server of a reference does not send the length of the file"),
        .job(
            "InternalError.Algo",
            said: ["embedding_pipeline_error", "inference error: inference error"],
            meaning: "the model cannot work with a reference", acceptance: .judged,
            advice: "use another picture or film, or save it again as PNG, JPEG or MP4"),
        .job(
            "InternalError.Algo", said: ["role must be in", "list index out of range", "delimiter"],
            meaning: "the model does not understand the request", acceptance: .judged,
            advice:
                "check `parameters` in the job file; if they are right, this is a bug in renderdrop: please report it"),
        .job(
            "BadRequest.UnsupportedFileFormat", meaning: "a reference has a format that the model does not take",
            advice: "save the reference in a format that the message names, usually PNG or JPEG"),
        .job(
            "InvalidImage", "InvalidImage.ImageSize", "InvalidImageResolution", "InvalidImageFormat",
            "InvalidImage.FileFormat", meaning: "the model does not accept the format or size of a picture",
            advice: "save or resize the reference to fit the model's limits"),
        .job(
            "InvalidFile", "InvalidFile.Size", "InvalidFile.Format", "InvalidFile.Duration", "InvalidFile.Resolution",
            "InvalidFile.AspectRatio", "InvalidFile.FPS", "InvalidFile.ImageSize", "InvalidFile.Value",
            "InvalidFile.Openerror", "InvalidFile.AudioLengthError", "InvalidFile.Content",
            "InvalidFile.Template.Content", "InvalidInputLength",
            meaning: "the model does not accept the format, size or length of a file",
            advice: "change the file to fit the model's limits"),
        .job(
            "InvalidFile.NoHuman", "InvalidFile.FacePose", "InvalidFile.MultiHuman", "InvalidFile.BodyProportion",
            "InvalidFile.FrontBody", "InvalidFile.FullFace", "InvalidFile.FaceNotMatch", "InvalidFile.FullBody",
            "InvalidFile.BodyPose", "InvalidImage.NoHumanFace", "InvalidPerson",
            meaning: "the model needs a picture that shows one person clearly", advice: "use another picture"),
        .job(
            "InvalidGarment", meaning: "the model needs a picture of one piece of clothing",
            advice: "use another picture"),
    ]

    /// What the provider will not draw.
    private static let content: [ErrorRow] = [
        .job(
            "DataInspectionFailed", "data_inspection_failed", said: ["output data"],
            meaning: "the finished picture or film did not pass the content check", acceptance: .judged,
            advice: "try another seed, or reword the prompt"),
        .job(
            "DataInspectionFailed", "data_inspection_failed",
            meaning: "the prompt or a reference did not pass the content check", acceptance: .judged,
            advice: "reword the prompt, or use other references"),
        .job(
            "IPInfringementSuspect",
            meaning: "the provider suspects that the request uses a protected brand or character",
            acceptance: .judged, advice: "reword the prompt, or use other references"),
        .job(
            "CustomRoleBlocked", "FaqRuleBlocked", meaning: "one of the account's rules blocked the request",
            acceptance: .judged, advice: "reword the prompt, or change the rule in the provider's console"),
    ]

    /// Key, permission, bill.
    private static let access: [ErrorRow] = [
        .account(
            "InvalidApiKey", "invalid_api_key", "invalid access token or token expired",
            meaning: "the key is wrong, or it belongs to another region", scope: .key,
            advice:
                "check the key, and that it belongs to {region} ({host}), because a key of another region is refused, too: set "
                + "DASHSCOPE_API_KEY and DASHSCOPE_REGION, or key_file and region in watch.yaml"),
        .account(
            "NOT AUTHORIZED", "Workspace.AccessDenied", "WorkSpaceNotFound",
            "BailianGateway.Workspace.NotAuthorised", "BailianGateway.Team.NotAuthorised",
            meaning: "the key has no access to this workspace, or the workspace does not exist", scope: .key,
            advice:
                "check the workspace id, and that the key belongs to that workspace in {region} ({host})"),
        .job(
            "AccessDenied", said: ["support asynchronous calls"], meaning: "the model takes synchronous calls only",
            scope: .model, advice: "set the synchronous endpoint in the model's catalogue row"),
        .job(
            "AccessDenied", said: ["support synchronous calls"], meaning: "the model takes asynchronous calls only",
            scope: .model, advice: "set the asynchronous endpoint in the model's catalogue row"),
        .provider(
            "AccessDenied", said: ["policy expired"], meaning: "the permission to upload expired", scope: .model,
            acceptance: .gate, advice: "renderdrop fetches a new one", end: "later, \(Message.renderMissing)"),
        .job(
            "AccessDenied", "access_denied", "Endpoint.AccessDenied",
            meaning: "the model needs an approval, was retired, or its free quota is used up", scope: .model,
            acceptance: .gate,
            advice: "apply for the model in the provider's console of {region}, or choose another model"),
        .account(
            "AccessDenied.Unpurchased", meaning: "the service is not activated for this account",
            advice: "activate Model Studio in the provider's console of {region}"),
        .account(
            "Model.AccessDenied", meaning: "the key's workspace has no access to this model", scope: .model,
            advice:
                "give the workspace access to the model in the provider's console of {region}, or choose another model"),
        .account(
            "App.AccessDenied", meaning: "the key has no access to this application", scope: .key,
            advice: "check the key's permissions in the provider's console of {region}"),
        .account(
            "AllocationQuota.FreeTierOnly",
            meaning: "the model's free quota is used up, and the account may use free quota only", scope: .model,
            advice: "switch off \"free tier only\" in the provider's console of {region}, or choose another model"),
        .account(
            "Arrearage", meaning: "a bill is unpaid", advice: "top up the account in the provider's console"),
        .account(
            "CommodityNotPurchased", "PrepaidBillOverdue", "PostpaidBillOverdue",
            meaning: "a bill is unpaid, or the service was never bought",
            advice: "pay the bill or buy the service in the provider's console"),
        .account(
            "BudgetLimitExceeded", meaning: "the budget that is set in the provider's console is used up",
            advice: "raise the budget in the provider's console of {region}"),
        .job(
            "ModelNotFound", "model_not_found",
            meaning: "the model does not exist in this region, or the key has no access to it",
            scope: .model, advice: "check the model's id, and whether {region} ({host}) offers the model"),
        .job(
            "model_not_supported", meaning: "this API root does not serve the model", scope: .model,
            advice: "use the native API root, which ends with /api/v1"),
        .account(
            "NotFound", meaning: "the path does not exist on this host", scope: .provider,
            advice: "check the base URL: {host} does not serve this API"),
    ]

    /// Asked too much at once, or more than was allotted.
    private static let pace: [ErrorRow] = [
        .account(
            "Throttling.AllocationQuota", "insufficient_quota", said: ["free allocated quota"],
            meaning: "the model's free quota is used up or expired, and the model cannot be bought", scope: .model,
            advice: "choose another model, or ask the provider for a quota in {region}"),
        .account(
            "Throttling.AllocationQuota", "insufficient_quota", "Throttling",
            said: [
                "hour allocated quota", "week allocated quota", "month allocated quota", "usage allocated quota",
            ], meaning: "the plan's quota is used up until its next period", scope: .key,
            advice: "wait for the plan's next period, or use a pay-as-you-go key"),
        .throttled(
            "Throttling.AllocationQuota", "insufficient_quota", said: ["batch requests"],
            meaning: "the provider has no free capacity", scope: .provider,
            advice: "renderdrop tries again, more slowly"),
        .throttled(
            "Throttling.AllocationQuota", "insufficient_quota",
            meaning: "the account's quota for this model is used up for now",
            advice: "renderdrop tries again, more slowly; if this continues, ask the provider for more quota"),
        .throttled(
            "Throttling.RateQuota", "LimitRequests", "limit_requests", "ResourceExhausted", "Too many requests",
            meaning: "the account sent more requests a second than it may",
            advice: "renderdrop tries again, more slowly; requests of other programs with this account count, too"),
        .throttled(
            "Throttling.BurstRate", "limit_burst_rate", meaning: "the number of requests rose too fast",
            advice: "renderdrop tries again, more slowly"),
        .throttled(
            "Throttling.Concurrency", "Throttling.ServiceOverloaded", "Throttling.ResourceExhausted",
            meaning: "the provider is overloaded", scope: .provider, advice: "renderdrop tries again, more slowly"),
        .throttled("Throttling", meaning: "too many requests", advice: "renderdrop tries again, more slowly"),
    ]

    /// Trouble at the provider or on the way.
    private static let trouble: [ErrorRow] = [
        .provider(
            "ServiceUnavailable", "ModelServingError", meaning: "the provider has no free capacity", acceptance: .gate),
        .provider(
            "ModelUnavailable", meaning: "the model is temporarily unavailable", scope: .model, acceptance: .gate),
        .provider(
            "RewriteFailed", "InternalError.RewriteFailed", meaning: "the provider could not expand the prompt",
            acceptance: .never(because: "the provider expands the prompt before the model begins"),
            advice: "renderdrop tries again; `prompt_extend: false` skips this step",
            end:
                "a failed render is not billed: later, \(Message.renderMissing); `prompt_extend: false` for this render skips this step"
        ),
        .provider(
            "InternalError.Timeout", meaning: "the task took longer than the provider allows"),
        .provider(
            "InternalError.Upload", "InternalError.FileUpload", meaning: "the provider could not store the result"),
        .provider(
            "InternalError.Configuration", "InternalError.DataInspection", "InternalError.TranslationFailed",
            meaning: "a step before or after the model failed at the provider"),
        .provider(
            "InternalError", "InternalError.Algo", "internal_error", meaning: "the provider had an internal error"),
        .provider(
            "SystemError", "ModelServiceFailed", "InvokePluginFailed", "AppProcessFailed", "RetrivalFailed",
            meaning: "the provider had an internal error"),
        .provider(
            "RequestTimeOut", "ResponseTimeout", meaning: "the request timed out at the provider",
            acceptance: .byStatus(because: "the work may have continued, and be billed"),
            advice:
                "renderdrop tries again; a smaller size, fewer pictures or a model with an asynchronous endpoint helps",
            end:
                "later, \(Message.renderMissing); a smaller size, fewer pictures or a model with an asynchronous endpoint helps"
        ),
        .provider(
            "APIConnectionError", "ClientDisconnect", meaning: "the connection broke",
            acceptance: .perhaps(because: "the connection may have broken after the work began"),
            advice: "renderdrop tries again; if this continues, check the network",
            end: "check the network, then \(Message.renderMissing)"),
    ]
}
