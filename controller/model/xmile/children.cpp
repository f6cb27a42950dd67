#include "controller/model/xmile/children.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "common/base/suggest.hpp"
#include "controller/model/xmile/behaviour.hpp"

namespace flowyard::controller::model::xmile {
namespace {

// Set on a variable for its looks, or read elsewhere.
constexpr std::array<std::string_view, 12> kHarmlessAttributes = {
    "name", "access", "autoexport",   "spreadflow", "leak_start", "leak_end",
    "hide", "uid",    "flow_concept", "color",      "locked",     "ghost"};
constexpr std::array<std::string_view, 5> kCarrierAttributes = {
    "discrete", "batch_integrity", "one_at_a_time", "exponential_leak", "ignore_earlier_zone_losses"};
constexpr std::array<std::string_view, 5> kHarmlessElements = {"summing", "delay_aux", "dependencies",
                                                               "display", "uid"};

constexpr std::array kKnownChildren = {
    "eqn",           "init_eqn",     "gf",         "units",        "doc",   "dimensions",   "element",
    "inflow",        "outflow",      "netflow",    "conveyor",     "queue", "non_negative", "leak",
    "leak_integers", "overflow",     "multiplier", "range",        "scale", "format",       "event_poster",
    "display",       "mathml",       "delay_aux",  "label",        "alias", "view",         "shape",
    "sketch",        "flow_concept", "notes",      "documentation"};

class Children {
 public:
  Children(pugi::xml_node element, const Variable& variable, const Document& document,
           Diagnostics& diagnostics)
      : element_(element), document_(document), diagnostics_(diagnostics), variable_(variable) {}

  void run() {
    static const std::vector<std::string> known(kKnownChildren.begin(), kKnownChildren.end());
    for (const auto part : element_.children()) {
      if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) {
        stray_text(part);
        continue;
      }
      const std::string name(local_name(part.name()));
      if (name == "distrib_eq" || name == "oven") {
        fail(part, DiagnosticCode::Unsupported,
             "<" + std::string(part.name()) + "> in " + what() + " is not supported");
      }
      if (name == "event_poster")
        diagnostics_.warn(document_.location(part), DiagnosticCode::Ignored,
                          "the events of " + what() + " are not posted");
      if (is_vendor(part) || std::find(known.begin(), known.end(), name) != known.end()) continue;
      if (variable_.kind == VariableKind::Lookup && (name.ends_with("pts") || name.ends_with("scale")))
        continue;
      const auto near = nearest_name(name, known);
      if (near) {
        fail(part, DiagnosticCode::UnknownKey,
             "<" + name + "> in " + what() + " is not known, did you mean <" + *near + ">?");
      } else {
        diagnostics_.warn(document_.location(part), DiagnosticCode::Ignored,
                          "<" + name + "> in " + what() + " is not known and is ignored");
      }
    }
    spread_inflow();
    if (child(element_, "conveyor") || child(element_, "queue")) extras();
  }

 private:
  void fail(pugi::xml_node at, DiagnosticCode code, const std::string& message) {
    diagnostics_.error(document_.location(at), code, message);
  }

  std::string what() const { return std::string(name_of(element_)) + " '" + variable_.name.display + "'"; }

  void spread_inflow() {
    const auto given = attribute(element_, "spreadflow");
    const std::string spread = lower(document_.plain(given));
    if (spread.empty() || spread == "beginning" || spread == "none") return;
    diagnostics_.error(document_.location(given), DiagnosticCode::Unsupported,
                       what() + " spreads its inflow over the conveyor ('" + spread +
                           "'): not supported; without the attribute all goes in at the beginning");
  }

  // A vendor's extensions of conveyors and queues are ignored, and usually change results.
  void extras() {
    for (const auto given : element_.attributes()) extra(given, kHarmlessAttributes);
    for (const auto part : element_.children()) {
      const auto name = name_of(part);
      if (name == "conveyor" || name == "queue") {
        for (const auto given : part.attributes()) extra(given, kCarrierAttributes);
        for (const auto inner : part.children()) {
          vendor_element(inner);
          if (name == "conveyor") conveyor_element(inner);
        }
      }
      vendor_element(part);
    }
  }

  void vendor_element(pugi::xml_node part) {
    const auto name = local_name(part.name());
    const bool harmless =
        std::find(kHarmlessElements.begin(), kHarmlessElements.end(), name) != kHarmlessElements.end();
    if (is_vendor(part) && !harmless)
      diagnostics_.warn(document_.location(part), DiagnosticCode::Ignored,
                        ignored("<" + std::string(part.name()) + ">"));
  }

  void conveyor_element(pugi::xml_node part) {
    static const std::vector<std::string> known = {"len", "capacity", "in_limit", "sample", "arrest"};
    const std::string name(local_name(part.name()));
    if (part.type() != pugi::node_element || is_vendor(part) || name == "doc" || name == "uid" ||
        std::find(known.begin(), known.end(), name) != known.end())
      return;
    fail(part, DiagnosticCode::UnknownKey,
         "<" + name + "> in the conveyor of " + what() + " is not known" + suggestion(name, known));
  }

  template <std::size_t N>
  void extra(pugi::xml_attribute given, const std::array<std::string_view, N>& known) {
    const std::string_view name = given.name();
    const bool harmless = std::find(known.begin(), known.end(), local_name(name)) != known.end();
    if (harmless || name.starts_with("xmlns") || lower(document_.plain(given)) == "false") return;
    diagnostics_.warn(document_.location(given), DiagnosticCode::Ignored,
                      ignored(std::string(name) + "=\"" + document_.plain(given) + "\""));
  }

  std::string ignored(const std::string& extra) const {
    return extra + " of " + what() +
           " is ignored: the program that wrote this file may compute other numbers";
  }

  void stray_text(pugi::xml_node part) {
    if (std::exchange(stray_, true)) return;
    if (const std::string text = document_.plain(element_); !text.empty()) {
      fail(part, DiagnosticCode::Syntax,
           "text '" + text.substr(0, 40) + "' stands in " + what() + " where only elements may");
    }
  }

  pugi::xml_node element_;
  const Document& document_;
  Diagnostics& diagnostics_;
  const Variable& variable_;
  bool stray_ = false;
};

}  // namespace

void check_children(pugi::xml_node element, const Variable& variable, const Document& document,
                    Diagnostics& diagnostics) {
  Children(element, variable, document, diagnostics).run();
}

}  // namespace flowyard::controller::model::xmile
