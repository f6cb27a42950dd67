#include "controller/model/xmile/graphical_function.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "common/base/suggest.hpp"

namespace flowyard::controller::model::xmile {
namespace {

class GraphReader {
 public:
  GraphReader(pugi::xml_node gf, const Document& document, Diagnostics& diagnostics)
      : gf_(gf), document_(document), diagnostics_(diagnostics) {}

  Lookup run() {
    Lookup lookup;
    lookup.mode = mode();
    lookup.x_range = scale("xscale");
    lookup.y_range = scale("yscale");
    const auto ys = points("ypts");
    if (!child(gf_, "ypts")) fail(gf_, DiagnosticCode::Missing, "a graphical function needs <ypts>");
    const auto xs = child(gf_, "xpts") ? points("xpts") : std::vector<double>();
    if (failed_) return lookup;
    if (!xs.empty()) {
      pair(xs, ys, lookup);
    } else {
      spread(ys, lookup);
    }
    return lookup;
  }

 private:
  void fail(pugi::xml_node at, DiagnosticCode code, const std::string& message) {
    diagnostics_.error(document_.location(at), code, message);
    failed_ = true;
  }

  LookupMode mode() {
    const auto type = attribute(gf_, "type");
    std::string word = document_.plain(type);
    for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (word == "extrapolate" || word == "extrapolated") return LookupMode::Extrapolate;
    if (word == "discrete") return LookupMode::Discrete;
    if (!word.empty() && word != "continuous") {
      diagnostics_.error(document_.location(type), DiagnosticCode::UnknownWord,
                         "graphical function type '" + word + "' is not known" +
                             suggestion(word, {"continuous", "extrapolate", "discrete"}));
    }
    return document_.plain(attribute(gf_, "discrete")) == "true" ? LookupMode::Discrete
                                                                 : LookupMode::Continuous;
  }

  std::optional<LookupRange> scale(const char* name) {
    const auto element = child(gf_, name);
    if (!element) return std::nullopt;
    const auto low = number_in(document_.plain(attribute(element, "min")));
    const auto high = number_in(document_.plain(attribute(element, "max")));
    if (!low || !high) {
      fail(element, DiagnosticCode::Missing, std::string("<") + name + "> needs the numbers min and max");
      return std::nullopt;
    }
    return LookupRange{.low = *low, .high = *high};
  }

  // Separated by `sep`, otherwise by commas; where there are none, by semicolons or blanks.
  std::vector<double> points(const char* name) {
    const auto element = child(gf_, name);
    const Text text = document_.text(element);
    std::string separators = document_.plain(attribute(element, "sep"));
    if (separators.empty() && attribute(element, "sep")) separators = " \t\r\n";
    if (separators.empty()) {
      const bool comma = text.value.find(',') != std::string::npos;
      separators = comma ? "," : text.value.find(';') != std::string::npos ? ";" : " \t\r\n";
    }
    const bool blanks = separators.find_first_not_of(" \t\r\n") == std::string::npos;
    std::vector<double> values;
    const std::string_view all = text.value;
    for (std::size_t at = 0; at < all.size() && !failed_;) {
      const auto end = std::min(all.find_first_of(separators, at), all.size());
      const auto piece = trimmed(all.substr(at, end - at));
      const bool last = end == all.size();
      if (!piece.empty() || (!blanks && !last)) values.push_back(point(name, piece, text, at));
      if (values.size() > kMaxLookupPoints)
        fail(element, DiagnosticCode::TooLarge, "more points than a table may have");
      at = end + 1;
    }
    return values;
  }

  double point(const char* name, std::string_view piece, const Text& text, std::size_t at) {
    if (const auto value = number_in(piece)) return *value;
    while (at + 1 < text.offsets.size() && std::isspace(static_cast<unsigned char>(text.value[at])) != 0)
      ++at;
    diagnostics_.error(document_.place_at(text.offsets[at]), DiagnosticCode::BadNumber,
                       "'" + std::string(piece.substr(0, 40)) + "' in <" + name + "> is not a number");
    failed_ = true;
    return 0;
  }

  void pair(const std::vector<double>& xs, const std::vector<double>& ys, Lookup& lookup) {
    if (xs.size() != ys.size()) {
      fail(gf_, DiagnosticCode::WrongDimensions,
           "a graphical function with " + std::to_string(xs.size()) + " <xpts> but " +
               std::to_string(ys.size()) + " <ypts>");
      return;
    }
    for (std::size_t i = 0; i < xs.size(); ++i) lookup.points.push_back({.x = xs[i], .y = ys[i]});
  }

  void spread(const std::vector<double>& ys, Lookup& lookup) {
    if (ys.empty()) return fail(gf_, DiagnosticCode::Missing, "a graphical function without points");
    if (!lookup.x_range)
      return fail(gf_, DiagnosticCode::Missing, "a graphical function needs <xscale> or <xpts>");
    const double low = lookup.x_range->low;
    const double width = lookup.x_range->high - low;
    if (ys.size() > 1 && !(width > 0))
      return fail(gf_, DiagnosticCode::WrongValue, "the <xscale> of this graphical function is empty");
    const double steps = static_cast<double>(ys.size() - 1);
    for (std::size_t i = 0; i < ys.size(); ++i) {
      const double part = ys.size() > 1 ? static_cast<double>(i) * width / steps : 0;
      lookup.points.push_back({.x = low + part, .y = ys[i]});
    }
  }

  pugi::xml_node gf_;
  const Document& document_;
  Diagnostics& diagnostics_;
  bool failed_ = false;
};

}  // namespace

Lookup read_lookup(pugi::xml_node gf, const Document& document, Diagnostics& diagnostics) {
  return GraphReader(gf, document, diagnostics).run();
}

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace flowyard::controller::model::xmile
