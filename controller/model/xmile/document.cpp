#include "controller/model/xmile/document.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace flowyard::controller::model::xmile {
namespace {

// References are decoded here and not by the parser, so that columns stay exact.
constexpr unsigned kParseFlags = pugi::parse_cdata;

struct Reference {
  char32_t value = 0;
  std::size_t length = 0;  // 0: not a reference
};

Reference numeric_reference(std::string_view body, std::size_t length) {
  const bool hex = body.size() > 1 && (body[1] == 'x' || body[1] == 'X');
  char32_t value = 0;
  bool digits = false;
  for (const char c : body.substr(hex ? 2 : 1)) {
    const int digit = c >= '0' && c <= '9'          ? c - '0'
                      : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                    : -1;
    if (digit < 0) return {};
    value = std::min<char32_t>(value * (hex ? 16 : 10) + static_cast<char32_t>(digit), 0x110000);
    digits = true;
  }
  if (!digits || value == 0) return {};
  return {.value = value, .length = length};
}

// The reference that `text` begins with. HTML's non-breaking space and dashes occur in exported documents.
Reference reference_at(std::string_view text) {
  const auto end = text.substr(0, 12).find(';');
  if (text.size() < 3 || end == text.npos || end < 2) return {};
  const auto body = text.substr(1, end - 1);
  if (body[0] == '#') return numeric_reference(body, end + 1);
  char32_t value = 0;
  if (body == "lt") value = '<';
  if (body == "gt") value = '>';
  if (body == "amp") value = '&';
  if (body == "quot") value = '"';
  if (body == "apos") value = '\'';
  if (body == "nbsp") value = 0xA0;
  if (value == 0) return {};
  return {.value = value, .length = end + 1};
}

void append_decoded(std::string_view raw, std::size_t offset, bool references, Text& out, bool offsets) {
  for (std::size_t i = 0; i < raw.size();) {
    const std::size_t before = out.value.size();
    const Reference found = references && raw[i] == '&' ? reference_at(raw.substr(i)) : Reference{};
    if (found.length > 0) {
      append_utf8(out.value, found.value);
    } else {
      out.value += raw[i] == kBareLessThan ? '<' : raw[i];
    }
    if (offsets) {
      out.offsets.insert(out.offsets.end(), out.value.size() - before,
                         static_cast<std::uint32_t>(offset + i));
    }
    i += found.length > 0 ? found.length : 1;
  }
}

}  // namespace

Document::Document(const SourceText& source, Diagnostics& diagnostics)
    : source_(source), repaired_(repair(source, diagnostics)), buffer_(repaired_.text) {
  const auto parsed =
      tree_.load_buffer_inplace(buffer_.data(), buffer_.size(), kParseFlags, pugi::encoding_utf8);
  if (!parsed && !diagnostics.failed()) {
    const bool empty = parsed.status == pugi::status_no_document_element;
    diagnostics.error(place_at(static_cast<std::size_t>(parsed.offset)), DiagnosticCode::NotAModel,
                      empty ? std::string("this is not an XMILE model: there is no <xmile> element")
                            : std::string("not well-formed XML: ") + parsed.description());
  }
  check_alone(diagnostics);
}

void Document::check_alone(Diagnostics& diagnostics) const {
  const auto first = tree_.document_element();
  for (auto other = first.next_sibling(); other; other = other.next_sibling()) {
    if (other.type() != pugi::node_element) continue;
    diagnostics.error(location(other), DiagnosticCode::NotAModel,
                      "<" + std::string(other.name()) + "> stands behind the end of <" +
                          std::string(first.name()) + ">: a file holds one model");
    return;
  }
}

std::size_t Document::offset_of(const char* inside) const {
  // Empty values point to constants of the parser.
  const auto address = reinterpret_cast<std::uintptr_t>(inside);
  const auto begin = reinterpret_cast<std::uintptr_t>(buffer_.data());
  return address >= begin && address <= begin + buffer_.size() ? address - begin : 0;
}

SourceLocation Document::location(pugi::xml_node node) const {
  if (!node) return {};
  const std::size_t offset = offset_of(*node.name() != '\0' ? node.name() : node.value());
  return place_at(*node.name() != '\0' && offset > 0 ? offset - 1 : offset);
}

SourceLocation Document::location(pugi::xml_attribute found) const {
  return found ? place_at(offset_of(*found.value() != '\0' ? found.value() : found.name()))
               : SourceLocation{};
}

Text Document::text(pugi::xml_node element) const {
  Text out;
  for (const pugi::xml_node part : element.children()) {
    if (part.type() != pugi::node_pcdata && part.type() != pugi::node_cdata) continue;
    append_decoded(part.value(), offset_of(part.value()), part.type() == pugi::node_pcdata, out, true);
  }
  return out;
}

Text Document::text(pugi::xml_attribute found) const {
  Text out;
  append_decoded(found.value(), offset_of(found.value()), true, out, true);
  return out;
}

std::string Document::plain(pugi::xml_node element) const {
  Text out;
  for (const pugi::xml_node part : element.children()) {
    if (part.type() != pugi::node_pcdata && part.type() != pugi::node_cdata) continue;
    append_decoded(part.value(), 0, part.type() == pugi::node_pcdata, out, false);
  }
  return std::string(trimmed(out.value));
}

std::string Document::plain(pugi::xml_attribute found) const {
  Text out;
  append_decoded(found.value(), 0, true, out, false);
  return std::string(trimmed(out.value));
}

std::string_view local_name(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

std::string_view name_of(pugi::xml_node node) {
  const std::string_view name = node.name();
  const auto colon = name.rfind(':');
  if (colon == name.npos) return name;
  // Comments and declarations are not in the tree: its first child is the document element.
  const std::string_view root = node.root().first_child().name();
  const bool standard = root.substr(0, root.rfind(':') + 1) == name.substr(0, colon + 1);
  return standard ? name.substr(colon + 1) : name;
}

bool is_vendor(pugi::xml_node node) {
  return name_of(node).find(':') != std::string_view::npos;
}

pugi::xml_node child(pugi::xml_node parent, std::string_view name) {
  for (const pugi::xml_node found : parent.children()) {
    if (local_name(found.name()) == name) return found;
  }
  return {};
}

pugi::xml_attribute attribute(pugi::xml_node node, std::string_view name) {
  for (const pugi::xml_attribute found : node.attributes()) {
    if (local_name(found.name()) == name) return found;
  }
  return {};
}

}  // namespace flowyard::controller::model::xmile
