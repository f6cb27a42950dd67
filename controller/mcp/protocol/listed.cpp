#include "controller/mcp/protocol/listed.hpp"

#include <algorithm>

namespace flowyard::controller::mcp::protocol {

Json listed(const Tool& tool) {
  Json one{{"name", tool.name},
           {"title", tool.title},
           {"description", tool.description},
           {"inputSchema", tool.input},
           {"outputSchema", tool.output}};
  one["annotations"] = {{"readOnlyHint", tool.read_only},
                        {"destructiveHint", tool.destructive},
                        {"idempotentHint", tool.idempotent},
                        {"openWorldHint", false}};
  if (!tool.meta.is_null()) one["_meta"] = tool.meta;
  return one;
}

Json listed(const Resource& resource, const char* uri_key) {
  return {{uri_key, resource.uri},
          {"name", resource.name},
          {"title", resource.title},
          {"description", resource.description},
          {"mimeType", resource.mime_type}};
}

Json listed(const Prompt& prompt) {
  Json arguments = Json::array();
  for (const auto& argument : prompt.arguments)
    arguments.push_back(
        {{"name", argument.name}, {"description", argument.description}, {"required", argument.required}});
  return {{"name", prompt.name},
          {"title", prompt.title},
          {"description", prompt.description},
          {"arguments", std::move(arguments)}};
}

bool is_for(const Call& call, const Audience& audience) {
  return !audience || audience(call);
}

bool is_for_all(const Offer& offer) {
  const auto is_open = [](const auto& one) { return !one.audience; };
  return std::all_of(offer.resources.begin(), offer.resources.end(), is_open) &&
         std::all_of(offer.templates.begin(), offer.templates.end(), is_open) &&
         std::all_of(offer.tools.begin(), offer.tools.end(), [](const Tool& one) { return !one.meta_for; });
}

Json listed_for(const Call& call, const std::vector<Tool>& all, Json listed) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!is_for(call, all[i].meta_for)) listed[i].erase("_meta");
  return listed;
}

Json listed_for(const Call& call, const std::vector<Resource>& all, const Json& listed) {
  Json some = Json::array();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (is_for(call, all[i].audience)) some.push_back(listed[i]);
  return some;
}

// By hand: std::regex calls itself for each character of what a client sends.
bool matches(std::string_view pattern, std::string_view uri) {
  while (!pattern.empty()) {
    if (pattern.front() != '{') {
      if (uri.empty() || uri.front() != pattern.front()) return false;
      pattern.remove_prefix(1);
      uri.remove_prefix(1);
      continue;
    }
    const auto end = pattern.find('}');
    if (end == pattern.npos) return false;
    pattern.remove_prefix(end + 1);
    const auto segment = std::min(uri.find('/'), uri.size());
    if (segment == 0) return false;
    uri.remove_prefix(segment);
  }
  return uri.empty();
}

}  // namespace flowyard::controller::mcp::protocol
