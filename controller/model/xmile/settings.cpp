#include "controller/model/xmile/settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <unordered_set>
#include <utility>

#include "common/base/integration_method.hpp"
#include "common/base/suggest.hpp"
#include "controller/model/xmile/behaviour.hpp"
#include "controller/model/xmile/graphical_function.hpp"

namespace flowyard::controller::model::xmile {
namespace {

std::optional<Method> method_in(const std::string& list) {
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    if (const auto method = integration_method(list.substr(at, end - at)))
      return static_cast<Method>(*method);
    at = end + 1;
  }
  return std::nullopt;
}

class TimeReader {
 public:
  TimeReader(pugi::xml_node specs, const Document& document, model::Diagnostics& diagnostics)
      : specs_(specs), document_(document), diagnostics_(diagnostics) {}

  TimeSettings run() {
    TimeSettings time;
    time.start = required("start", 1);
    time.stop = required("stop", 13);
    time.step = step();
    time.save_every = save_every();
    time.units = document_.plain(attribute(specs_, "time_units"));
    if (time.units.empty()) time.units = document_.plain(child(specs_, "time_units"));
    const auto given = attribute(specs_, "method") ? attribute(specs_, "method") : pugi::xml_attribute();
    const std::string words = given ? document_.plain(given) : document_.plain(child(specs_, "method"));
    if (!words.empty()) time.method = method(words, given);
    if (time.start.number > time.stop.number) {
      diagnostics_.error(time.stop.location, DiagnosticCode::WrongTime,
                         "the stop time is before the start time");
    }
    return time;
  }

 private:
  Expression required(const char* name, double otherwise) {
    const auto element = child(specs_, name);
    if (!element) {
      diagnostics_.error(document_.location(specs_), DiagnosticCode::Missing,
                         std::string("<sim_specs> needs <") + name + ">");
      return number(otherwise, document_.location(specs_));
    }
    return value(element, otherwise);
  }

  Expression value(pugi::xml_node element, double otherwise) {
    const Text text = document_.text(element);
    const auto found = number_in(text.value);
    const auto first = text.value.find_first_not_of(" \t\r\n");
    const SourceLocation at =
        first == text.value.npos ? document_.location(element) : document_.place_at(text.offsets[first]);
    if (!found) {
      diagnostics_.error(
          at, DiagnosticCode::BadNumber,
          "'" + document_.plain(element).substr(0, 40) + "' in <" + element.name() + "> is not a number");
    }
    return number(found.value_or(otherwise), at);
  }

  // The standard's own defaults: dt 1, as fractions by reciprocal.
  Expression step() {
    const auto element = child(specs_, "dt");
    if (!element) return number(1, document_.location(specs_));
    Expression dt = value(element, 1);
    if (!(dt.number > 0)) {
      diagnostics_.error(dt.location, DiagnosticCode::WrongTime, "dt must be above zero");
      return number(1, dt.location);
    }
    if (attribute_says(element, "reciprocal", document_, false)) dt.number = 1 / dt.number;
    return dt;
  }

  Expression save_every() {
    Expression every;
    if (const auto element = child(specs_, "savestep")) {
      every = value(element, 1);
      if (attribute_says(element, "reciprocal", document_, false)) every.number = 1 / every.number;
    } else if (const auto given = attribute(specs_, "save_interval")) {
      const auto found = number_in(document_.plain(given));
      every = number(found.value_or(-1), document_.location(given));
    } else if (const auto vensim = child(specs_, "saveper")) {
      const Name same(document_.plain(vensim));
      if (same == Name("time step") || same == Name("dt")) return {};
      every = value(vensim, 1);
    } else {
      return {};
    }
    if (!(every.number >= 0))
      diagnostics_.error(every.location, DiagnosticCode::WrongTime,
                         "the save interval must be a number above zero");
    return every.number > 0 ? every : Expression{};  // Stella writes 0 for "every step"
  }

  Method method(const std::string& words, pugi::xml_attribute given) {
    if (const auto found = method_in(words)) return *found;
    diagnostics_.error(given ? document_.location(given) : document_.location(specs_),
                       DiagnosticCode::UnknownWord, unknown_integration_method(words));
    return Method::Euler;
  }

  pugi::xml_node specs_;
  const Document& document_;
  model::Diagnostics& diagnostics_;
};

class DimensionReader {
 public:
  DimensionReader(const Document& document, model::Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  Dimension run(pugi::xml_node element) {
    Dimension made{.name = Name(document_.plain(attribute(element, "name"))),
                   .location = document_.location(element)};
    if (made.name.empty()) diagnostics_.error(made.location, DiagnosticCode::Missing, "<dim> needs a name");
    for (const auto part : element.children()) add(part, made);
    const auto size = attribute(element, "size");
    if (made.members.empty()) {
      number_elements(size, made);
    } else if (const auto count = number_in(document_.plain(size));
               count && *count != static_cast<double>(made.members.size())) {
      diagnostics_.warn(made.location, DiagnosticCode::WrongDimensions,
                        "dimension '" + made.name.display + "' says size " + document_.plain(size) +
                            " but names " + std::to_string(made.members.size()) + " elements");
    }
    return made;
  }

 private:
  void add(pugi::xml_node part, Dimension& made) {
    if (part.type() != pugi::node_element || is_vendor(part)) return;
    if (name_of(part) != "elem") {
      return diagnostics_.error(document_.location(part), DiagnosticCode::UnknownKey,
                                "<" + std::string(part.name()) + "> in dimension '" + made.name.display +
                                    "' is not known: its elements are <elem>s");
    }
    Name member(document_.plain(attribute(part, "name")));
    if (member.empty())
      return diagnostics_.error(document_.location(part), DiagnosticCode::Missing, "<elem> needs a name");
    if (!seen_.insert(member.key).second) {
      return diagnostics_.error(
          document_.location(part), DiagnosticCode::DefinedTwice,
          "element '" + member.display + "' stands twice in dimension '" + made.name.display + "'");
    }
    made.members.push_back(std::move(member));
  }

  void number_elements(pugi::xml_attribute size, Dimension& made) {
    const auto count = number_in(document_.plain(size));
    if (!count || *count < 1 || *count != std::floor(*count)) {
      diagnostics_.error(made.location, DiagnosticCode::Missing,
                         "dimension '" + made.name.display + "' needs <elem>s or a size");
    } else if (*count > static_cast<double>(kMaxDimensionElements)) {
      diagnostics_.error(document_.location(size), DiagnosticCode::TooLarge,
                         "dimension '" + made.name.display + "' has too many elements", ErrorCode::Limit);
    } else {
      const auto last = static_cast<std::size_t>(*count);
      for (std::size_t i = 1; i <= last; ++i) made.members.emplace_back(std::to_string(i));
    }
  }

  const Document& document_;
  model::Diagnostics& diagnostics_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

TimeSettings read_time(pugi::xml_node sim_specs, pugi::xml_node root, const Document& document,
                       model::Diagnostics& diagnostics) {
  if (sim_specs) return TimeReader(sim_specs, document, diagnostics).run();
  const SourceLocation location = document.location(root);
  diagnostics.warn(location, DiagnosticCode::Missing, "no <sim_specs>: time runs from 1 to 13 by 1");
  return {.start = number(1, location), .stop = number(13, location), .step = number(1, location)};
}

std::vector<Dimension> read_dimensions(pugi::xml_node parent, const Document& document,
                                       model::Diagnostics& diagnostics) {
  std::vector<Dimension> all;
  std::size_t elements = 0;
  for (const auto element : child(parent, "dimensions").children()) {
    if (element.type() != pugi::node_element || name_of(element) != "dim") continue;
    all.push_back(DimensionReader(document, diagnostics).run(element));
    elements += all.back().members.size();
    if (elements > kMaxDimensionElements) {
      diagnostics.error(document.location(element), DiagnosticCode::TooLarge,
                        "the dimensions have too many elements", ErrorCode::Limit);
      break;
    }
  }
  return all;
}

Dialect read_dialect(pugi::xml_node root, const Document& document) {
  const auto header = child(root, "header");
  const std::string vendor = lower(document.plain(child(header, "vendor")));
  const std::string product = lower(document.plain(child(header, "product")));
  const bool translated = vendor.find("xmutil") != vendor.npos || product.find("xmutil") != product.npos;
  const bool vensim = vendor.find("ventana") != vendor.npos || product.find("vensim") != product.npos;
  return vensim && !translated ? Dialect::XmileVensim : Dialect::Xmile;
}

bool stops_stocks_at_zero(pugi::xml_node root, const Document& document) {
  return lower(document.plain(child(child(root, "header"), "vendor"))) == "sdcloud";
}

}  // namespace flowyard::controller::model::xmile
