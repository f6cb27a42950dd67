#include "controller/mcp/protocol/methods.hpp"

#include <algorithm>
#include <array>

namespace flowyard::controller::mcp::protocol {
namespace {

using Kept = Method::Kept;

constexpr std::array kMethods = {
    Method{.name = "completion/complete", .modern = true, .legacy = true},
    Method{.name = "initialize", .modern = false, .legacy = true},
    Method{.name = "logging/setLevel", .modern = false, .legacy = true},
    Method{.name = "ping", .modern = false, .legacy = true},
    Method{.name = "prompts/get", .modern = true, .legacy = true, .is_named = true, .can_ask = true},
    Method{.name = "prompts/list", .modern = true, .legacy = true, .kept = Kept::UntilItChanges},
    Method{.name = "resources/list", .modern = true, .legacy = true, .kept = Kept::NotAtAll},
    Method{.name = "resources/read",
           .modern = true,
           .legacy = true,
           .is_named = true,
           .can_ask = true,
           .kept = Kept::NotAtAll},
    Method{.name = "resources/subscribe", .modern = false, .legacy = true},
    Method{.name = "resources/templates/list", .modern = true, .legacy = true, .kept = Kept::UntilItChanges},
    Method{.name = "resources/unsubscribe", .modern = false, .legacy = true},
    Method{.name = "server/discover", .modern = true, .legacy = false, .kept = Kept::UntilItChanges},
    Method{.name = "subscriptions/listen", .modern = true, .legacy = false},
    Method{.name = "tasks/cancel", .modern = true, .legacy = false, .is_named = true},
    Method{.name = "tasks/get", .modern = true, .legacy = false, .is_named = true},
    Method{.name = "tasks/update", .modern = true, .legacy = false, .is_named = true},
    Method{.name = "tools/call", .modern = true, .legacy = true, .is_named = true, .can_ask = true},
    Method{.name = "tools/list", .modern = true, .legacy = true, .kept = Kept::UntilItChanges}};

}  // namespace

const Method* find_method(std::string_view name, Era era) {
  const auto found =
      std::find_if(kMethods.begin(), kMethods.end(), [&](const Method& one) { return one.name == name; });
  if (found == kMethods.end()) return nullptr;
  return (era == Era::Modern ? found->modern : found->legacy) ? &*found : nullptr;
}

}  // namespace flowyard::controller::mcp::protocol
