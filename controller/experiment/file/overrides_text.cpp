#include "controller/experiment/file/overrides_text.hpp"

#include <algorithm>
#include <optional>

#include "common/yaml/flow.hpp"
#include "common/yaml/tree.hpp"

namespace flowyard::controller::experiment::file {
namespace {

constexpr const char* kBlock = "overrides";

Result<yaml::Node> value_of(const experiment::Override& one) {
  auto document = yaml::parse("", one.value);
  const std::string name = one.of.empty() ? one.key : one.of;
  if (!document.problems.empty())
    return invalid(name + ": '" + one.value + "' is not a value in YAML: " + document.problems[0].message);
  return std::move(document.root);
}

void put(yaml::Node& mapping, const std::string& key, yaml::Node value) {
  mapping.kind = yaml::Kind::Mapping;
  const auto same = std::find_if(mapping.entries.begin(), mapping.entries.end(),
                                 [&](const yaml::Entry& e) { return e.key == key; });
  if (same != mapping.entries.end()) {
    same->value = std::move(value);
  } else {
    mapping.entries.push_back({.key = key, .location = {}, .value = std::move(value)});
  }
}

Result<yaml::Node> block_with(yaml::Node block, const experiment::Overrides& overrides) {
  for (const auto& one : overrides) {
    auto value = value_of(one);
    if (!value) return value.error();
    if (one.of.empty()) {
      put(block, one.key, std::move(*value));
      continue;
    }
    const auto* section = block.find(one.key);
    yaml::Node filled = section != nullptr && section->is_mapping() ? *section : yaml::Node{.entries = {}};
    put(filled, one.of, std::move(*value));
    put(block, one.key, std::move(filled));
  }
  return block;
}

std::size_t offset_of(const std::string& text, const FileLocation& place) {
  std::size_t at = 0;
  for (int line = 1; line < place.line && at < text.size(); ++line) at = text.find('\n', at) + 1;
  return at + static_cast<std::size_t>(std::max(0, place.column - 1));
}

// Lines below each other, as people write them.
std::string in_block_style(const yaml::Node& block, const std::string& indent) {
  std::string text = indent + kBlock + ":\n";
  for (const auto& [key, location, value] : block.entries)
    text += indent + "  " + key + ": " + yaml::flow_text(value) + "\n";
  return text;
}

// The entry of the block, and where in the text it begins and the next one does.
struct Place {
  std::size_t begin = 0, end = 0;
};

std::optional<Place> place_of_block(const yaml::Node& root, const std::string& text, bool whole_lines) {
  for (auto entry = root.entries.begin(); entry != root.entries.end(); ++entry) {
    if (entry->key != kBlock) continue;
    const auto start = [&](FileLocation place) {
      if (whole_lines) place.column = 1;
      return offset_of(text, place);
    };
    const auto next = std::next(entry);
    return Place{start(entry->location), next == root.entries.end() ? text.size() : start(next->location)};
  }
  return std::nullopt;
}

std::string behind_lines(std::string text, const yaml::Node& root, const yaml::Node& block) {
  if (const auto old = place_of_block(root, text, true)) text.erase(old->begin, old->end - old->begin);
  if (!text.empty() && text.back() != '\n') text += '\n';
  const auto indent = root.entries.empty() ? 0 : root.entries.front().location.column - 1;
  return text + in_block_style(block, std::string(static_cast<std::size_t>(std::max(0, indent)), ' '));
}

// For JSON, and YAML written like it: before the last brace.
std::string within_braces(std::string text, const yaml::Node& root, const yaml::Node& block) {
  const auto brace = text.rfind('}');
  std::string entry = "\"" + std::string(kBlock) + "\": " + yaml::flow_text(block);
  if (const auto old = place_of_block(root, text, false)) {
    const auto end = old->end == text.size() ? brace : old->end;
    if (end != brace) entry += ", ";
    return text.replace(old->begin, end - old->begin, entry);
  }
  return text.insert(brace, (root.entries.empty() ? "" : ", ") + entry);
}

bool reads_as(const std::string& text, const yaml::Node& block) {
  const auto document = yaml::parse("", text);
  const auto* found = document.root.find(kBlock);
  return document.problems.empty() && found != nullptr && yaml::flow_text(*found) == yaml::flow_text(block);
}

}  // namespace

Result<std::string> with_overrides(const std::string& file_name, const std::string& text,
                                   const experiment::Overrides& overrides) {
  if (overrides.empty()) return text;
  const auto document = yaml::parse(file_name, text);
  const auto& root = document.root;
  if (!document.readable || !document.problems.empty() || !root.is_mapping()) return text;
  const auto* old = root.find(kBlock);
  auto block = block_with(old != nullptr && old->is_mapping() ? *old : yaml::Node{.entries = {}}, overrides);
  if (!block) return block.error();
  const auto first = offset_of(text, root.location);
  const bool in_braces = first < text.size() && text[first] == '{';
  auto written = in_braces ? within_braces(text, root, *block) : behind_lines(text, root, *block);
  if (!reads_as(written, *block))
    return invalid(
        "nothing can be written behind this text, so that what the command line says cannot be "
        "kept with it: leave away what stands behind the experiment",
        {file_name, 0, 0});
  return written;
}

}  // namespace flowyard::controller::experiment::file
