#include "controller/experiment/file/overrides_reader.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "common/yaml/flow.hpp"
#include "common/yaml/scalar.hpp"
#include "controller/experiment/file/fields.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::experiment::file {
namespace {

// "17" or "10-19".
std::optional<experiment::IndexRange> range_of(const yaml::Node& node) {
  if (!node.is_scalar()) return std::nullopt;
  experiment::IndexRange range{.first = 0, .count = 1};
  const char* end = node.text.data() + node.text.size();
  const auto first = std::from_chars(node.text.data(), end, range.first);
  if (first.ec != std::errc()) return std::nullopt;
  if (first.ptr == end) return range;
  std::uint64_t last = 0;
  const auto rest = *first.ptr == '-' ? std::from_chars(first.ptr + 1, end, last) : first;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 60;
  if (rest.ec != std::errc() || rest.ptr != end || last < range.first || last > kMost) return std::nullopt;
  range.count = last - range.first + 1;
  return range;
}

void read_only(const yaml::Node& node, ParsedOverrides& overrides, model::Diagnostics& found) {
  const std::string wanted = "numbers of scenarios and ranges of them, such as [3, 7, 10-19]";
  if (!node.is_scalar() && (!node.is_sequence() || node.items.empty())) {
    report_type(node, "'only'", wanted, found);
    return;
  }
  overrides.only.emplace();
  overrides.only_location = node.location;
  const auto add = [&](const yaml::Node& item) {
    if (const auto range = range_of(item))
      overrides.only->add(*range);
    else
      report_type(item, "'only'", wanted, found);
  };
  if (node.is_scalar()) add(node);
  for (const auto& item : node.items) add(item);
}

bool read_trace(const yaml::Node& node, model::Diagnostics& found) {
  const auto on = yaml::boolean_of(node);
  if (!on) report_type(node, "'trace'", "true or false", found);
  return on.value_or(false);
}

void read_rounds(const yaml::Node& node, ParsedOverrides& overrides, model::Diagnostics& found) {
  const std::string wanted = "rising numbers of samples, such as [1000, 2000]";
  overrides.rounds_location = node.location;
  if (!node.is_sequence() || node.items.empty()) {
    report_type(node, "'rounds'", wanted, found);
    return;
  }
  for (const auto& item : node.items) {
    const std::int64_t before =
        overrides.rounds.empty() ? 0 : static_cast<std::int64_t>(overrides.rounds.back());
    const auto samples = whole_in(item, "'rounds'", {before + 1, 1'000'000'000}, found);
    if (samples) overrides.rounds.push_back(static_cast<std::uint64_t>(*samples));
  }
}

void read_files(const yaml::Node& node, ParsedOverrides& overrides, model::Diagnostics& found) {
  if (!node.is_mapping()) {
    report_type(node, "'files'", "a mapping of the names of files to where they are", found);
    return;
  }
  const auto normal = [](const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
  };
  for (const auto& entry : node.entries)
    if (const auto path = text_in(entry.value, "'files'", found))
      overrides.files[normal(entry.key)] = normal(*path);
}

// Where a dotted key leads, made where it is not; nothing, and an error, where it cannot lead there.
class Way {
 public:
  Way(yaml::Node& root, const yaml::Entry& entry, model::Diagnostics& found)
      : root_(root), entry_(entry), found_(found) {}

  void set(const std::string& key) {
    yaml::Node* at = &root_;
    std::string rest = key;
    while (at != nullptr) {
      const auto dot = rest.find('.');
      // The name of a parameter is one whatever it is made of.
      const bool is_name = at != &root_ && (section_ == "parameters" || section_ == "initial");
      const bool last = is_name || dot == std::string::npos;
      const std::string part = last ? rest : rest.substr(0, dot);
      yaml::Node* next = below(*at, part, is_name);
      if (next == nullptr) return;
      if (last) {
        *next = entry_.value;
        return;
      }
      if (at == &root_ || at->is_mapping()) section_ = part;
      rest = rest.substr(dot + 1);
      at = next;
    }
  }

 private:
  yaml::Node* below(yaml::Node& node, const std::string& part, bool is_name) {
    if (node.is_sequence()) return named(node, part);
    if (node.is_null()) {
      node.kind = yaml::Kind::Mapping;
      node.location = entry_.location;
    }
    if (!node.is_mapping()) {
      found_.error(entry_.location, DiagnosticCode::WrongKind,
                   "'" + entry_.key + "': there is " + yaml::describe(node) + " where '" + part +
                       "' should be set; set it as a whole");
      return nullptr;
    }
    for (auto& entry : node.entries) {
      if (entry.key != part && !(is_name && worker::engine::same_name(entry.key, part))) continue;
      entry.location = entry_.location;
      return &entry.value;
    }
    node.entries.push_back({.key = part, .location = entry_.location, .value = {}});
    return &node.entries.back().value;
  }

  // Of a list, by the item's own name: a scenario.
  yaml::Node* named(yaml::Node& list, const std::string& name) {
    for (auto& item : list.items) {
      const auto* own = item.find("name");
      if (own != nullptr && own->is_scalar() && own->text == name) return &item;
    }
    found_.error(entry_.location, DiagnosticCode::UnknownName,
                 "'" + entry_.key + "': nothing in that list is called '" + name + "'");
    return nullptr;
  }

  yaml::Node& root_;
  const yaml::Entry& entry_;
  model::Diagnostics& found_;
  std::string section_;
};

}  // namespace

ParsedOverrides lay_over_file(yaml::Node& root, model::Diagnostics& found) {
  ParsedOverrides overrides;
  const auto* present = root.find("overrides");
  if (present == nullptr) return overrides;
  const yaml::Node block = *present;
  Fields fields(block, "'overrides'", found);
  const auto lay = [&](const yaml::Entry& entry, const std::string& key) {
    overrides.said[key] = yaml::flow_text(entry.value);
    Way(root, entry, found).set(key);
  };
  const auto lay_all = [&](const char* section, const std::string& before) {
    const auto* node = fields.find(section);
    if (node == nullptr) return;
    if (!node->is_mapping()) report_type(*node, "'" + std::string(section) + "'", "a mapping", found);
    for (const auto& entry : node->entries) {
      if (entry.key == "overrides" || entry.key.starts_with("overrides.")) {
        found.error(entry.location, DiagnosticCode::WrongValue, "'overrides' cannot be set by itself");
        continue;
      }
      lay(entry, before + entry.key);
    }
  };
  const auto lay_one = [&](const char* key, const char* target) {
    const auto* node = fields.find(key);
    if (node == nullptr) return;
    const auto entry = std::find_if(block.entries.begin(), block.entries.end(),
                                    [&](const yaml::Entry& e) { return e.key == key; });
    lay(*entry, target);
  };
  lay_all("set", "");
  lay_all("parameters", "parameters.");
  lay_one("name", "name");
  lay_one("seed", "seed");
  lay_one("workers", "workers.count");
  lay_one("isolation", "workers.isolation");
  if (const auto* only = fields.find("only")) {
    overrides.said["only"] = yaml::flow_text(*only);
    read_only(*only, overrides, found);
  }
  if (const auto* trace = fields.find("trace")) overrides.trace = read_trace(*trace, found);
  if (const auto* rounds = fields.find("rounds")) {
    overrides.said["rounds"] = yaml::flow_text(*rounds);
    read_rounds(*rounds, overrides, found);
  }
  if (const auto* files = fields.find("files")) read_files(*files, overrides, found);
  fields.no_others();
  return overrides;
}

}  // namespace flowyard::controller::experiment::file
