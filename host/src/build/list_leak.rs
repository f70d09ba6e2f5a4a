//! Mends a leak in components made by componentize-py 0.25.
//!
//! A `list<u8>` that Python returns or passes is copied into memory that nobody
//! frees: each chunk of a response stays until the instance is at its limit. The
//! copy is made behind `wit_dylib_pop_list`, which the module of generated
//! bindings imports. There, every call of it is redirected to a function that is
//! added at the end, and which hands the copy to `wit_dylib_dealloc_bytes`, to be
//! freed with everything else when the call is over.
//!
//! A component that looks otherwise stays as it is: a later version of the tool
//! may need no mending.

use std::convert::Infallible;

use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{CodeSection, Function, FunctionSection, MemArg, ValType};
use wasmparser::{
    BinaryReader, CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef,
};

const POP_LIST: &str = "wit_dylib_pop_list";
const DEALLOC_BYTES: &str = "wit_dylib_dealloc_bytes";

/// Length of a component's preamble.
const PREAMBLE: usize = 8;
const CORE_MODULE_SECTION: u8 = 1;

/// Returns the mended component, or none where there is nothing to mend.
pub(super) fn mend(component: &[u8]) -> Option<Vec<u8>> {
    let mut reader = BinaryReader::new(component, 0);
    let position = |reader: &BinaryReader<'_>| component.len() - reader.bytes_remaining();
    reader.read_bytes(PREAMBLE).ok()?;
    while !reader.eof() {
        let start = position(&reader);
        let id = reader.read_u8().ok()?;
        let size = usize::try_from(reader.read_var_u32().ok()?).ok()?;
        let content = reader.read_bytes(size).ok()?;
        if id != CORE_MODULE_SECTION {
            continue;
        }
        let Some(redirect) = Redirect::find(content) else {
            continue;
        };
        let mut module = wasm_encoder::Module::new();
        redirect.into_module(&mut module, content).ok()?;
        let mut mended = component.get(..start)?.to_vec();
        let module = module.finish();
        mended.push(CORE_MODULE_SECTION);
        wasm_encoder::Encode::encode(module.as_slice(), &mut mended);
        mended.extend_from_slice(component.get(position(&reader)..)?);
        return Some(mended);
    }
    None
}

/// A module of bindings, and where its functions are.
struct Redirect {
    pop_list: u32,
    pop_list_type: u32,
    dealloc_bytes: u32,
    /// The index of the added function: one beyond the last.
    added: u32,
}

impl Redirect {
    /// Looks at the head of a module, which is before anything large.
    fn find(module: &[u8]) -> Option<Self> {
        let (mut pop_list, mut dealloc_bytes, mut functions) = (None, None, 0);
        for payload in Parser::new(0).parse_all(module) {
            match payload.ok()? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import.ok()?;
                        if let TypeRef::Func(ty) = import.ty {
                            match import.name {
                                POP_LIST => pop_list = Some((functions, ty)),
                                DEALLOC_BYTES => dealloc_bytes = Some(functions),
                                _ => {}
                            }
                            functions += 1;
                        }
                    }
                    pop_list?;
                }
                Payload::FunctionSection(section) => {
                    let (pop_list, pop_list_type) = pop_list?;
                    let added = functions + section.count();
                    return Some(Self {
                        pop_list,
                        pop_list_type,
                        dealloc_bytes: dealloc_bytes?,
                        added,
                    });
                }
                _ => {}
            }
        }
        None
    }

    fn into_module(
        mut self,
        module: &mut wasm_encoder::Module,
        bytes: &[u8],
    ) -> Result<(), reencode::Error<Infallible>> {
        self.parse_core_module(module, Parser::new(0), bytes)
    }

    /// `(context, type, address of the pointer) -> length`, as the original.
    fn function(&self) -> Function {
        const CONTEXT: u32 = 0;
        const TYPE: u32 = 1;
        const RETURN: u32 = 2;
        const LENGTH: u32 = 3;
        const POINTER: u32 = 4;
        let mut function = Function::new([(2, ValType::I32)]);
        let at = MemArg {
            offset: 0,
            align: 2,
            memory_index: 0,
        };
        function
            .instructions()
            .local_get(CONTEXT)
            .local_get(TYPE)
            .local_get(RETURN)
            .call(self.pop_list)
            .local_set(LENGTH)
            .local_get(RETURN)
            .i32_load(at)
            .local_tee(POINTER)
            // No pointer: the elements are popped one by one. No length: no copy.
            .if_(wasm_encoder::BlockType::Empty)
            .local_get(LENGTH)
            .if_(wasm_encoder::BlockType::Empty)
            .local_get(CONTEXT)
            .local_get(POINTER)
            .local_get(LENGTH)
            .i32_const(1) // the alignment of a byte
            .i32_const(1) // not now: when the call is over
            .call(self.dealloc_bytes)
            .end()
            .end()
            .local_get(LENGTH)
            .end();
        function
    }
}

impl Reencode for Redirect {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error<Infallible>> {
        Ok(if function == self.pop_list {
            self.added
        } else {
            function
        })
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        utils::parse_function_section(self, functions, section)?;
        functions.function(self.pop_list_type);
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        utils::parse_code_section(self, code, section)?;
        code.function(&self.function());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        Component, EntityType, ImportSection, MemoryType, Module, ModuleSection, TypeSection,
    };
    use wasmparser::Validator;

    /// A module that imports the two functions and calls `pop_list` once.
    fn bindings(pop_list: &str) -> Module {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32; 5], []);
        types.ty().function([ValType::I32; 3], [ValType::I32]);
        let mut imports = ImportSection::new();
        let memory = MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        imports.import("env", "memory", EntityType::Memory(memory));
        imports.import("env", DEALLOC_BYTES, EntityType::Function(0));
        imports.import("env", pop_list, EntityType::Function(1));
        let mut functions = FunctionSection::new();
        functions.function(1);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instructions()
            .local_get(0)
            .local_get(1)
            .local_get(2)
            .call(1)
            .end();
        code.function(&body);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&code);
        module
    }

    fn component(modules: &[Module]) -> Vec<u8> {
        let mut component = Component::new();
        for module in modules {
            component.section(&ModuleSection(module));
        }
        component.finish()
    }

    fn calls(component: &[u8]) -> Vec<Vec<u32>> {
        let mut calls = Vec::new();
        for payload in Parser::new(0).parse_all(component) {
            if let Payload::CodeSectionEntry(body) = payload.expect("payload") {
                let operators = body.get_operators_reader().expect("operators");
                calls.push(
                    operators
                        .into_iter()
                        .filter_map(|operator| match operator.expect("operator") {
                            wasmparser::Operator::Call { function_index } => Some(function_index),
                            _ => None,
                        })
                        .collect(),
                );
            }
        }
        calls
    }

    #[test]
    fn every_call_goes_through_the_added_function_and_the_rest_stays() {
        let original = component(&[Module::new(), bindings(POP_LIST), Module::new()]);
        let mended = mend(&original).expect("mended");
        Validator::new().validate_all(&mended).expect("valid");
        assert_eq!(calls(&original), [vec![1]]);
        // The third function is new: it calls what it replaces, then the release.
        assert_eq!(calls(&mended), [vec![3], vec![1, 0]]);
    }

    #[test]
    fn a_component_without_the_leak_stays_as_it_is() {
        assert!(mend(&component(&[bindings("another")])).is_none());
        assert!(mend(&component(&[])).is_none());
        assert!(mend(b"\0asm").is_none());
    }
}
