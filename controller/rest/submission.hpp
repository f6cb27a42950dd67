// Submission: the body of POST /plan and POST /experiments, and the answer of the latter. Files travel as
// text where they are UTF-8 and as base64 where they are not.
#pragma once

#include <string>
#include <string_view>

#include <boost/describe/class.hpp>

#include "common/base/result.hpp"
#include "controller/experiment/bundle.hpp"
#include "controller/experiment/submission.hpp"
#include "controller/rest/bodies.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::experiment {
BOOST_DESCRIBE_STRUCT(Submitted, (), (id, name, scenarios))
}  // namespace flowyard::controller::experiment

namespace flowyard::controller::rest {

struct Submission {
  experiment::Bundle bundle;
  experiment::SubmitOptions options;  // the idempotency key travels as a header, not in the body
};

// The text of the experiment file must be UTF-8 (see is_utf8).
std::string to_json(const Submission& submission);
// Strict, since people write these bodies too: unknown members and wrong types are errors that name them.
Result<Submission> submission_from_json(std::string_view text);

Result<ExtendRequest> extend_request_from_json(std::string_view text);
// Of an empty text: nothing is asked for.
Result<GoOnRequest> go_on_request_from_json(std::string_view text);
std::string to_json(const ExtendRequest& request);
std::string to_json(const GoOnRequest& request);
// Credentials as they came in a body. Invalid for what is not base64url of a JSON object; does not repeat it.
Result<Secret> registry_auth_from(const std::optional<std::string>& text);

std::string to_json(const experiment::Submitted& submitted);
Result<experiment::Submitted> submitted_from_json(std::string_view text);

}  // namespace flowyard::controller::rest
