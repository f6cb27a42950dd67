#include "controller/model/xmile/element.hpp"

#include <algorithm>
#include <string>

#include "common/base/suggest.hpp"
#include "controller/model/xmile/graphical_function.hpp"

namespace flowyard::controller::model::xmile {
namespace {

std::vector<Name> split(std::string_view text) {
  std::vector<Name> names;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    names.emplace_back(trimmed(text.substr(at, end - at)));
    at = end + 1;
  }
  return names;
}

bool resolve(Name& name, const Name& of, const Symbols& symbols) {
  const Dimension& dimension = symbols.dimensions.at(of.key);
  const auto& positions = symbols.positions.at(of.key);
  if (positions.contains(name.key) || symbols.dimensions.contains(name.key)) return true;
  if (name.key.starts_with(of.key + ".")) {
    name = Name(name.display.substr(name.display.find('.') + 1));
    return positions.contains(name.key);
  }
  const auto position = number_in(name.display);
  if (!position || *position < 1 || *position > static_cast<double>(dimension.members.size())) return false;
  name = dimension.members[static_cast<std::size_t>(*position) - 1];
  return true;
}

std::string wrong_element(const Name& name, const Dimension& dimension) {
  std::vector<std::string> known;
  for (const Name& member : dimension.members) {
    if (known.size() < 1000) known.push_back(member.display);
  }
  return "'" + name.display + "' is not an element of dimension '" + dimension.name.display + "'" +
         suggestion(name.display, known);
}

}  // namespace

std::vector<Subscript> read_element_subscripts(pugi::xml_node element, const Variable& variable,
                                               const Document& document, const Symbols& symbols,
                                               Diagnostics& diagnostics) {
  const auto given = attribute(element, "subscript");
  const std::string text = document.plain(given);
  std::vector<Name> names = split(text);
  if (names.size() != variable.dimensions.size()) {
    diagnostics.error(given ? document.location(given) : document.location(element),
                      DiagnosticCode::WrongDimensions,
                      "subscript \"" + text + "\" of '" + variable.name.display + "' should name " +
                          std::to_string(variable.dimensions.size()) + " element(s)");
    return {};
  }
  const SourceLocation location = document.location(given);
  std::vector<Subscript> made;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Name& of = variable.dimensions[i];
    if (!resolve(names[i], of, symbols)) {
      if (!diagnostics.full())
        diagnostics.error(location, DiagnosticCode::UnknownSubscript,
                          wrong_element(names[i], symbols.dimensions.at(of.key)));
      return {};
    }
    made.push_back(subscript(std::move(names[i]), location));
  }
  return made;
}

}  // namespace flowyard::controller::model::xmile
