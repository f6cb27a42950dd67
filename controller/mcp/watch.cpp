// Changes of resources, from the stream of events.
#include <map>

#include "controller/mcp/offer.hpp"

namespace flowyard::controller::mcp {

using async::Task;
using protocol::Change;
using protocol::Watched;

namespace {

// "7" of "flowyard://experiments/7/status.json".
std::string name_in(const std::string& uri, std::string_view collection) {
  const std::string begin = "flowyard://" + std::string(collection) + "/";
  if (!uri.starts_with(begin)) return "";
  return uri.substr(begin.size(), uri.find('/', begin.size()) - begin.size());
}

// Which URIs an event concerns, by what it says of itself.
class Concerned {
 public:
  // An experiment may be named in many ways, and an event has its number.
  Task<> resolve(RestClient client, const Watched& watched) {
    for (const auto& uri : watched.uris) {
      if (const auto worker = name_in(uri, "workers"); !worker.empty()) {
        uris_["worker " + worker].push_back(uri);
        continue;
      }
      const auto name = name_in(uri, "experiments");
      if (name.empty()) continue;
      const std::string target = "/api/v1/experiments/" + name + "/progress";
      const auto reply = co_await client.get(target);
      if (reply.ok()) uris_["experiment " + reply.json["id"].dump()].push_back(uri);
    }
  }

  std::vector<std::string> by(const Json& event) const {
    std::vector<std::string> all = of("experiment " + event.value("experiment_id", Json()).dump());
    const Json name = event.value("fields", Json::object()).value("name", Json());
    if (event.value("type", "") != "worker" || !name.is_string()) return all;
    for (const auto& uri : of("worker " + name.get<std::string>())) all.push_back(uri);
    return all;
  }

 private:
  std::vector<std::string> of(const std::string& key) const {
    const auto found = uris_.find(key);
    return found == uris_.end() ? std::vector<std::string>() : found->second;
  }

  std::map<std::string, std::vector<std::string>> uris_;
};

// The data of the events in a piece of the stream, each of which is written whole.
std::vector<Json> events_in(const std::string& piece) {
  std::vector<Json> events;
  constexpr std::string_view kData = "data: ";
  for (auto at = piece.find(kData); at != piece.npos; at = piece.find(kData, at + 1)) {
    const auto from = at + kData.size();
    auto json = Json::parse(piece.substr(from, piece.find('\n', from) - from), nullptr, false);
    if (json.is_object()) events.push_back(std::move(json));
  }
  return events;
}

}  // namespace

Task<> watch_resources(Handler rest, protocol::Call call, Watched watched,
                       std::function<Task<>(Change)> tell) {
  const RestClient client(std::move(rest), call);
  Concerned concerned;
  co_await concerned.resolve(client, watched);
  const auto take = [&](std::string piece) -> Task<bool> {
    for (const auto& event : events_in(piece)) {
      // An experiment that begins or ends changes what there is to read of it.
      const bool is_listed = event.value("type", "") == "experiment";
      const Change list{.kind = Change::Kind::Resources};
      if (is_listed) co_await tell(list);
      for (const auto& uri : concerned.by(event)) {
        const Change change{.uri = uri};
        co_await tell(change);
      }
    }
    co_return true;
  };
  const std::function<Task<bool>(std::string)> wanted = take;
  co_await client.watch("/api/v1/events", std::nullopt, wanted);
}

}  // namespace flowyard::controller::mcp
