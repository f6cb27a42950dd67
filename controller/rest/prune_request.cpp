// The body of POST /prune, read strictly.
#include "controller/rest/described_json.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {

std::string to_json(const PruneRequest& request) {
  return described_text(request);
}

Result<PruneRequest> prune_request_from_json(std::string_view text) {
  auto request = read_as(text, "the body", [](const Json& json) {
    const Members members(json);
    // Deleting is final, so nothing is defaulted.
    for (const auto& item : json.items()) {
      const std::string& key = item.key();
      bool known = false;
      boost::mp11::mp_for_each<MembersOf<PruneRequest>>(
          [&](auto member) { known = known || key == member.name; });
      if (!known)
        throw std::invalid_argument("unknown member '" + key + "'; there are older_than_seconds and dry_run");
      // A request for a dry run without a value must not delete anything.
      if (item.value().is_null())
        throw std::invalid_argument(key + " is null: give it a value or leave it out");
    }
    if (!members.find("older_than_seconds"))
      throw std::invalid_argument("older_than_seconds is missing: what finished longer ago is forgotten");
    return described_from<PruneRequest>(json);
  });
  if (!request) return invalid(request.error().message);
  // The upper bound keeps the span within what milliseconds can count.
  if (!(request->older_than_seconds >= 0 && request->older_than_seconds < 1e12)) {
    return invalid("older_than_seconds must be a number of seconds from 0");
  }
  return request;
}

}  // namespace flowyard::controller::rest
