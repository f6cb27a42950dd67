#include "controller/results/archive.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::results {
namespace {

std::vector<ExportFile> read_in_pieces(const std::string& bytes, std::size_t piece, ArchiveReader& reader) {
  std::vector<ExportFile> files;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    reader.push(std::string_view(bytes).substr(i, piece));
    for (;;) {
      auto file = reader.next();
      EXPECT_TRUE(file) << to_string(file.error());
      if (!file || !*file) break;
      files.push_back(std::move(**file));
    }
  }
  return files;
}

TEST(Archive, GivesBackWhatWasPutInWhateverThePieces) {
  const std::string long_path = std::string(90, 'd') + "/" + std::string(150, 'f') + ".csv";
  const std::string binary("a\0b\xff", 4);
  const std::string bytes = archive_entry({"spec.yaml", "name: x\n"}, 1) + archive_entry({"empty", ""}, 1) +
                            archive_entry({long_path, std::string(512, 'x')}, 1) +
                            archive_entry({"logs/a.log", binary}, 1) + archive_end();
  for (std::size_t piece : {1u, 100u, 511u, 512u, 513u, 100000u}) {
    ArchiveReader reader;
    const auto files = read_in_pieces(bytes, piece, reader);
    ASSERT_EQ(files.size(), 4u);
    EXPECT_EQ(files[0].path, "spec.yaml");
    EXPECT_EQ(files[0].content, "name: x\n");
    EXPECT_EQ(files[1].content, "");
    EXPECT_EQ(files[2].path, long_path);
    EXPECT_EQ(files[3].content, binary);
    EXPECT_TRUE(reader.at_end());
  }
}

TEST(Archive, IsNotAtItsEndWhenItWasCutOff) {
  const std::string bytes = archive_entry({"a", "content"}, 1);
  ArchiveReader reader;
  EXPECT_EQ(read_in_pieces(bytes, bytes.size(), reader).size(), 1u);
  EXPECT_FALSE(reader.at_end());
}

TEST(Archive, RefusesLinksAndGarbage) {
  std::string link = archive_entry({"a", ""}, 1);
  link[156] = '2';
  ArchiveReader links;
  links.push(link);
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
