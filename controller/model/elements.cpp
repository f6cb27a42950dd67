#include "controller/model/elements.hpp"

#include <algorithm>
#include <set>

namespace flowyard::controller::model {
namespace {

constexpr int kMaxNesting = 50;                    // of dimensions in dimensions: deeper is a circle
constexpr std::size_t kMaxCombinations = 1 << 20;  // as many as the engine's columns could be shown

const Dimension* dimension_named(const Model& model, const Name& name) {
  const auto found = std::find_if(model.dimensions.begin(), model.dimensions.end(),
                                  [&](const Dimension& d) { return d.name == name; });
  return found == model.dimensions.end() ? nullptr : &*found;
}

void collect(const Model& model, const Name& name, int depth, std::vector<std::string>& into) {
  const auto* dimension = depth < kMaxNesting ? dimension_named(model, name) : nullptr;
  if (into.size() > kMaxCombinations) return;
  if (dimension == nullptr) {
    into.push_back(name.display);
  } else if (!dimension->alias_of.empty()) {
    collect(model, dimension->alias_of, depth + 1, into);
  } else {
    for (const auto& member : dimension->members) collect(model, member, depth + 1, into);
  }
}

std::set<std::string> keys_of(const std::vector<std::string>& names) {
  std::set<std::string> keys;
  for (const auto& name : names) keys.insert(key_of(name));
  return keys;
}

// The smallest dimension with all these elements.
std::string cover(const Model& model, const std::vector<std::string>& elements) {
  const auto wanted = keys_of(elements);
  const Dimension* best = nullptr;
  std::size_t best_size = 0;
  for (const auto& dimension : model.dimensions) {
    const auto has = keys_of(elements_of(model, dimension.name));
    const bool all = std::includes(has.begin(), has.end(), wanted.begin(), wanted.end());
    if (!all || (best != nullptr && has.size() >= best_size)) continue;
    best = &dimension;
    best_size = has.size();
  }
  if (best != nullptr) return best->name.display;
  std::string list;
  for (const auto& element : elements) list += (list.empty() ? "" : ", ") + element;
  return list;
}

std::string dimension_at(const Model& model, const Variable& variable, std::size_t position) {
  std::vector<Name> named;
  for (const auto& equation : variable.equations) {
    if (position >= equation.subscripts.size()) continue;
    const auto& name = equation.subscripts[position].name;
    if (std::find(named.begin(), named.end(), name) == named.end()) named.push_back(name);
  }
  if (named.size() == 1 && dimension_named(model, named.front()) != nullptr) return named.front().display;
  std::vector<std::string> elements;
  for (const auto& name : named) collect(model, name, 0, elements);
  return cover(model, elements);
}

}  // namespace

std::vector<std::string> elements_of(const Model& model, const Name& name) {
  std::vector<std::string> elements;
  collect(model, name, 0, elements);
  return elements;
}

std::vector<std::string> dimensions_of(const Model& model, const Variable& variable) {
  std::vector<std::string> names;
  for (const auto& dimension : variable.dimensions) names.push_back(dimension.display);
  if (!names.empty() || variable.equations.empty()) return names;
  for (std::size_t i = 0; i < variable.equations.front().subscripts.size(); ++i)
    names.push_back(dimension_at(model, variable, i));
  return names;
}

std::vector<std::string> combinations_of(const Model& model, const std::vector<Name>& subscripts) {
  std::vector<std::string> all{""};
  for (const auto& subscript : subscripts) {
    std::vector<std::string> longer;
    for (const auto& before : all) {
      for (const auto& element : elements_of(model, subscript)) {
        if (longer.size() > kMaxCombinations) return longer;
        longer.push_back(before + (before.empty() ? "" : ",") + element);
      }
    }
    all = std::move(longer);
  }
  return all;
}

std::string column_name(const std::string& name, const std::string& element) {
  return element.empty() ? name : name + "[" + element + "]";
}

std::string column_key(std::string_view name) {
  const auto open = name.rfind('[');
  if (open == std::string_view::npos || !name.ends_with(']')) return key_of(name);
  std::string key = key_of(name.substr(0, open)) + "[";
  auto inside = name.substr(open + 1, name.size() - open - 2);
  for (std::size_t from = 0;;) {
    const auto comma = inside.find(',', from);
    key += (from == 0 ? "" : ",") + key_of(inside.substr(from, comma - from));
    if (comma == std::string_view::npos) return key + "]";
    from = comma + 1;
  }
}

}  // namespace flowyard::controller::model
