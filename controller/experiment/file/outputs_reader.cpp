#include "controller/experiment/file/outputs_reader.hpp"

#include <algorithm>
#include <filesystem>

#include "common/base/suggest.hpp"
#include "controller/experiment/file/fields.hpp"

namespace flowyard::controller::experiment::file {
namespace {

void read_series(const yaml::Node& node, std::vector<ParsedText>& series, model::Diagnostics& found) {
  if (!node.is_sequence()) {
    report_type(node, "'series'", "a list of variables", found);
    return;
  }
  for (const auto& item : node.items) {
    const auto name = text_in(item, "each variable in 'series'", found);
    if (!name) continue;
    const bool twice =
        std::any_of(series.begin(), series.end(), [&](const ParsedText& s) { return s.text == *name; });
    if (twice) {
      found.error(item.location, DiagnosticCode::DefinedTwice, "'" + *name + "' stands twice in 'series'");
    } else {
      series.push_back({*name, item});
    }
  }
}

void read_times(const yaml::Node& node, ParsedOutputs& outputs, model::Diagnostics& found) {
  outputs.times_location = node.location;
  auto times = numbers_in(node, "'times'", found);
  if (!times) return;
  std::sort(times->begin(), times->end());
  times->erase(std::unique(times->begin(), times->end()), times->end());
  outputs.times = std::move(*times);
}

// A pattern leads down from the program's folder.
void read_files(const yaml::Node& node, ParsedOutputs& outputs, model::Diagnostics& found) {
  outputs.files_location = node.location;
  if (!node.is_sequence()) {
    report_type(node, "'files'", "a list of files or patterns of them, such as [map.png, \"*.nc\"]", found);
    return;
  }
  for (const auto& item : node.items) {
    const auto pattern = text_in(item, "each of 'files'", found);
    if (!pattern) continue;
    const std::filesystem::path path(*pattern);
    const bool down = path.is_relative() && path.has_filename() &&
                      std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
    if (!down) {
      found.error(item.location, DiagnosticCode::WrongValue,
                  "'" + *pattern + "' is no file below the folder that the program runs in");
    } else {
      outputs.files.push_back(path.lexically_normal().string());
    }
  }
}

// The entries of a mapping from names to texts.
template <class Use>
void read_named_texts(const yaml::Node& node, const std::string& what, model::Diagnostics& found, Use use) {
  if (!node.is_mapping() && !node.is_null()) report_type(node, what, "a mapping", found);
  for (const auto& entry : node.entries) {
    if (!is_name(entry.key)) {
      found.error(entry.location, DiagnosticCode::WrongValue,
                  "'" + entry.key + "' in " + what + " cannot be a name");
      continue;
    }
    if (const auto text = text_in(entry.value, "'" + entry.key + "'", found)) use(entry, *text);
  }
}

std::string trimmed(std::string text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_blank));
  return text;
}

// "sum(Population)".
std::optional<ParsedAcross> read_across(const yaml::Entry& entry, const std::string& text,
                                        model::Diagnostics& found) {
  static const Words<experiment::Aggregate> aggregates{{"sum", experiment::Aggregate::Sum},
                                                       {"mean", experiment::Aggregate::Mean},
                                                       {"min", experiment::Aggregate::Min},
                                                       {"max", experiment::Aggregate::Max}};
  const std::string call = trimmed(text);
  const auto open = call.find('(');
  const bool is_call = open != std::string::npos && call.back() == ')';
  const std::string function = is_call ? trimmed(call.substr(0, open)) : call;
  std::vector<std::string> names;
  for (const auto& [name, aggregate] : aggregates) {
    names.push_back(name);
    if (!is_call || name != function) continue;
    ParsedAcross across;
    across.name = entry.key;
    across.aggregate = aggregate;
    across.series = {trimmed(call.substr(open + 1, call.size() - open - 2)), entry.value};
    across.location = entry.location;
    return across;
  }
  if (is_call) {
    found.error(entry.value.location, DiagnosticCode::UnknownName,
                "there is no aggregate '" + function + "'" + suggestion(function, names, names.size()));
  } else {
    found.error(entry.value.location, DiagnosticCode::WrongValue,
                "'" + entry.key + "' must be an aggregate of one variable, such as sum(" +
                    (call.size() < 40 ? call : "Population") + ")");
  }
  return std::nullopt;
}

}  // namespace

void read_outputs(const yaml::Node& node, ParsedOutputs& outputs, model::Diagnostics& found) {
  Fields fields(node, "'outputs'", found);
  // Times and files alone select no others: the default ones are kept.
  outputs.given = node.is_mapping() &&
                  std::any_of(node.entries.begin(), node.entries.end(),
                              [](const auto& entry) { return entry.key != "times" && entry.key != "files"; });
  if (const auto* times = fields.find("times")) read_times(*times, outputs, found);
  if (const auto* files = fields.find("files")) read_files(*files, outputs, found);
  if (const auto* series = fields.find("series")) read_series(*series, outputs.series, found);
  if (const auto* outcomes = fields.find("outcomes"))
    read_named_texts(*outcomes, "'outcomes'", found, [&](const yaml::Entry& entry, const std::string& text) {
      outputs.outcomes.push_back({entry.key, {text, entry.value}});
    });
  if (const auto* across = fields.find("across_regions"))
    read_named_texts(*across, "'across_regions'", found,
                     [&](const yaml::Entry& entry, const std::string& text) {
                       if (auto read = read_across(entry, text, found))
                         outputs.across_regions.push_back(std::move(*read));
                     });
  fields.no_others();
}

}  // namespace flowyard::controller::experiment::file
