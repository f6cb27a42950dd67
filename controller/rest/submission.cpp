#include "controller/rest/submission.hpp"

#include <set>

#include "common/base/text.hpp"
#include "controller/rest/strict_json.hpp"

namespace flowyard::controller::rest {
namespace {

FileBody body_of(const experiment::BundleFile& file) {
  FileBody body{.path = file.path, .content = {}, .content_base64 = {}};
  if (is_utf8(file.content)) {
    body.content = file.content;
  } else {
    body.content_base64 = Base64{file.content};
  }
  return body;
}

experiment::BundleFile file_from(FileBody body) {
  if (body.path.empty()) refuse(FileBody::kMissing);
  experiment::BundleFile file{.path = std::move(body.path), .content = body.content.value_or("")};
  if (body.content_base64) file.content = std::move(body.content_base64->bytes);
  return file;
}

// An empty text of the options stands for "keep", as an absent member does.
OptionsBody body_of(const experiment::SubmitOptions& options) {
  return {.fleet = options.fleet.empty() ? std::nullopt : std::optional(options.fleet),
          .force = options.force ? std::optional(true) : std::nullopt};
}

Submission submission_from(const Json& json) {
  SubmissionBody body;
  read_strictly(json, "", body);
  Submission submission;
  auto& bundle = submission.bundle;
  bundle.file_name = body.file_name.value_or("");
  if (bundle.file_name.empty()) bundle.file_name = "experiment.yaml";
  bundle.text = std::move(body.text);
  std::set<std::string> paths;
  for (auto& file : body.files.value_or(std::vector<FileBody>())) {
    // Well formed, as a schema can say it, and yet no bundle.
    if (!paths.insert(file.path).second)
      throw ErrorException(failure(ErrorCode::Conflict, "files has '" + file.path + "' more than once"));
    bundle.files.push_back(file_from(std::move(file)));
  }
  if (!body.options) return submission;
  submission.options.fleet = body.options->fleet.value_or("");
  submission.options.force = body.options->force.value_or(false);
  return submission;
}

}  // namespace

std::string to_json(const Submission& submission) {
  const auto& bundle = submission.bundle;
  SubmissionBody body{.file_name = bundle.file_name,
                      .text = bundle.text,
                      .files = std::vector<FileBody>(),
                      .options = body_of(submission.options)};
  for (const auto& file : bundle.files) body.files->push_back(body_of(file));
  return described_text(body);
}

Result<Submission> submission_from_json(std::string_view text) {
  try {
    return submission_from(Json::parse(text));
  } catch (const ErrorException& error) {
    return error.error();
  } catch (const std::exception& error) {
    return invalid(std::string("the body is not JSON: ") + error.what());
  }
}

Result<ExtendRequest> extend_request_from_json(std::string_view text) {
  try {
    ExtendRequest request;
    read_strictly(Json::parse(text), "", request);
    return request;
  } catch (const ErrorException& error) {
    return error.error();
  } catch (const std::exception& error) {
    return invalid(std::string("the body is not JSON: ") + error.what());
  }
}

std::string to_json(const experiment::Submitted& submitted) {
  return described_text(submitted);
}

Result<experiment::Submitted> submitted_from_json(std::string_view text) {
  return read_described<experiment::Submitted>(text, "what was submitted");
}

}  // namespace flowyard::controller::rest
