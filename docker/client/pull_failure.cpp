#include "docker/client/pull_failure.hpp"

#include <algorithm>
#include <string_view>

namespace flowyard::docker {
namespace {

struct Words {
  std::string_view words;
  PullFailure failure;
};

// The first that is found decides: "pull access denied for x, repository does not exist or may require
// 'docker login'" is more of a refusal than of an absence.
constexpr Words kWords[] = {
    {"no basic auth credentials", PullFailure::NoPermission},
    {"unauthorized", PullFailure::NoPermission},
    {"denied", PullFailure::NoPermission},
    {"authentication required", PullFailure::NoPermission},
    {"401 Unauthorized", PullFailure::NoPermission},
    {"403 Forbidden", PullFailure::NoPermission},
    {"verification failed", PullFailure::Damaged},
    {"unexpected EOF", PullFailure::OutOfReach},
    {"invalid checksum", PullFailure::Damaged},
    {"does not match", PullFailure::Damaged},
    {"toomanyrequests", PullFailure::OutOfReach},
    {"429 Too Many Requests", PullFailure::OutOfReach},
    {"connection refused", PullFailure::OutOfReach},
    {"connection reset", PullFailure::OutOfReach},
    {"no such host", PullFailure::OutOfReach},
    {"server misbehaving", PullFailure::OutOfReach},
    {"timeout", PullFailure::OutOfReach},
    {"Timeout exceeded", PullFailure::OutOfReach},
    {"request canceled", PullFailure::OutOfReach},
    {"unreachable", PullFailure::OutOfReach},
    {"no route to host", PullFailure::OutOfReach},
    {"HTTP status: 5", PullFailure::OutOfReach},
    {": EOF", PullFailure::OutOfReach},
    {"manifest unknown", PullFailure::Missing},
    {"not found", PullFailure::Missing},
    {"no matching manifest", PullFailure::Missing},
};

}  // namespace

PullFailure pull_failure_of(const EngineError& error) {
  const std::string_view message = error.message();
  const auto found = std::find_if(std::begin(kWords), std::end(kWords), [message](const Words& one) {
    return message.find(one.words) != std::string_view::npos;
  });
  if (found != std::end(kWords)) return found->failure;
  return error.status() == 404 || error.status() == 400 ? PullFailure::Missing : PullFailure::Other;
}

}  // namespace flowyard::docker
