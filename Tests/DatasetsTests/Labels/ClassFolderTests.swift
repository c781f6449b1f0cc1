import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

/// Calls `body` with a data set of class folders that hold these files; a name that ends with / is a folder.
private func withClassFolders(_ files: [String], _ body: (String, Folder) throws -> Void) throws {
  try withTemporaryFolder { (root) throws in
    for (number, file) in files.enumerated() {
      let path = root + "/images/" + file
      if file.hasSuffix("/") {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } else {
        try write("", to: path)
        try Image(width: 2, height: 2, color: Color(UInt8(number), 0, 0)).writePNG(to: path)
      }
    }
    var options = Folder()
    options.root = root
    try body(root, options)
  }
}

@Suite struct ClassFolderTests {
  @Test func foldersInTheFolderOfAClassAreNamed() throws {
    try withClassFolders(["bar/a.png", "disk/b.png", "disk/more/deep/c.png", "disk/empty/"]) {
      (root, options) throws in
      #expect(
        try options.open().warnings == [
          """
          \(root)/images/disk: the pictures in folders in it are not read ("more"); move them up to use them
          """
        ])
    }
  }

  @Test func aClassMayBeCalledMasks() throws {
    try withClassFolders(["hats/a.png", "masks/b.png"]) { (root, options) throws in
      let data = try options.open()
      #expect(data.classNames == ["hats", "masks"] && data.warnings == [])
      try Image(width: 2, height: 2, color: .black).writePNG(to: root + "/images/hats/b.png")
      try write("", to: root + "/images/hats/b.png")
      let other = try options.open()
      #expect(other.classNames == ["hats"])
      #expect(
        other.warnings == [
          "\(root)/images/masks: seems to hold masks and is no class; name the folder with masks, or "
            + "rename it"
        ])
    }
  }

  @Test func theFolderOfTheMasksIsNoClass() throws {
    try withClassFolders(["bar/a.png", "disk/b.png", "truth/a.png"]) { (root, options) throws in
      var options = options
      (options.root, options.images, options.masks) = (root + "/images", ".", "truth")
      let data = try options.open()
      #expect(data.classNames == ["bar", "disk"] && data.warnings == [])
    }
  }

  @Test func foldersOfTheSystemAreNoClasses() throws {
    try withClassFolders(["bar/a.png", "disk/b.png", "__MACOSX/bar/", "@eaDir/", "cup/"]) {
      (root, options) throws in
      let data = try options.open()
      #expect(data.classNames == ["bar", "cup", "disk"])
      #expect(
        data.warnings == [
          "\(root)/images/@eaDir: is no class but a folder of the system, and is not read",
          "\(root)/images/__MACOSX: is no class but a folder of the system, and is not read",
          "\(root)/images/cup: holds no picture, but is a class all the same; remove it if it is none",
        ])
    }
  }

  @Test func foldersThatLookAlikeAreRefused() throws {
    try withClassFolders(["Disk/a.png", "bar/c.png", "disk/b.png"]) { (root, options) throws in
      try expectMessage(
        """
        \(root)/images/disk: the name of a class folder is that of "Disk" but for case, blanks or signs; \
        put the pictures into one folder
        """
      ) { _ = try options.open() }
    }
  }

  @Test func aNameOfSeveralLinesIsRefused() throws {
    try withClassFolders(["bar/a.png", "di\nsk/b.png"]) { (root, options) throws in
      try expectMessage(
        """
        \(root)/images: the class "di\nsk" cannot stand in a class list, which would take it for a comment, \
        a title or several lines; rename it
        """
      ) { _ = try options.open() }
    }
  }

  @Test func aLabelFileThatIsNamedIsNotReplacedByFolders() throws {
    try withClassFolders(["bar/a.png", "disk/b.png"]) { (root, options) throws in
      #expect(try options.open().classNames == ["bar", "disk"])
      var options = options
      options.labels = "lables.txt"
      try expectMessage(
        "\(root)/lables.txt: there is no such label file; write one line per image: id class class …"
      ) { _ = try options.open() }
    }
  }
}
