#include "controller/results/archive.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::results {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

// What came of each file, put together.
Files read_in_pieces(const std::string& bytes, std::size_t piece, ArchiveReader& reader) {
  Files files;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    reader.push(std::string_view(bytes).substr(i, piece));
    for (;;) {
      auto part = reader.next();
      EXPECT_TRUE(part) << to_string(part.error());
      if (!part || !*part) break;
      if (!(*part)->path.empty()) files.emplace_back((*part)->path, "");
      EXPECT_LE((*part)->content.size(), piece);
      files.back().second += (*part)->content;
    }
  }
  return files;
}

std::string archive_of(const Files& files) {
  ArchiveWriter writer(1);
  std::string bytes;
  for (const auto& [path, content] : files) {
    // The first piece is half of it.
    const auto half = content.size() / 2;
    bytes += writer.bytes_of({.path = path, .size = content.size(), .content = content.substr(0, half)});
    bytes += writer.bytes_of({.path = "", .size = 0, .content = content.substr(half)});
  }
  return bytes;
}

TEST(Archive, GivesBackWhatWasPutInWhateverThePieces) {
  const std::string long_path = std::string(90, 'd') + "/" + std::string(150, 'f') + ".csv";
  const Files put{{"spec.yaml", "name: x\n"},
                  {"empty", ""},
                  {long_path, std::string(512, 'x')},
                  {"logs/a.log", std::string("a\0b\xff", 4)}};
  const std::string bytes = archive_of(put) + ArchiveWriter::end();
  for (std::size_t piece : {1u, 100u, 511u, 512u, 513u, 100000u}) {
    ArchiveReader reader;
    EXPECT_EQ(read_in_pieces(bytes, piece, reader), put) << piece;
    EXPECT_TRUE(reader.at_end());
  }
}

TEST(Archive, IsThatOfAnyTar) {
  const auto entries = read_tar(archive_of({{"a", "content"}}) + ArchiveWriter::end()).value();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].path, "a");
  EXPECT_EQ(entries[0].content, "content");
}

TEST(Archive, IsNotAtItsEndWhenItWasCutOff) {
  const std::string bytes = archive_of({{"a", "content"}});
  ArchiveReader reader;
  EXPECT_EQ(read_in_pieces(bytes, bytes.size(), reader).size(), 1u);
  EXPECT_FALSE(reader.at_end());
}

TEST(Archive, RefusesLinksAndGarbage) {
  TarEntry link;
  link.path = "a";
  link.kind = TarEntry::Kind::SymbolicLink;
  link.link_target = "/etc";
  ArchiveReader links;
  links.push(tar_entry(link));
  EXPECT_FALSE(links.next());
  ArchiveReader garbage;
  garbage.push(std::string(512, 'z'));
  EXPECT_FALSE(garbage.next());
}

TEST(SafePath, KeepsFilesInsideTheirFolder) {
  for (const char* path : {"a", "a/b.csv", "..a/b..", "x y/z"}) EXPECT_TRUE(is_safe_path(path)) << path;
  for (const char* path : {"", "/etc/passwd", "..", "../a", "a/../../b", "a//b", "./a", "a/", "a\nb"}) {
    EXPECT_FALSE(is_safe_path(path)) << path;
  }
}

}  // namespace
}  // namespace flowyard::controller::results
